import { readFile } from 'node:fs/promises';
import { readProcessMemory } from './process-memory.ts';

/** What a process has used. */
export interface ProcessUse {
  readonly cpuSeconds: number;
  /** Of its own, MiB; and mapped from files. */
  readonly anonymousMiB: number;
  readonly mappedMiB: number;
  /** The most since the last look; sampled ten times a second, so that short peaks can be missed. */
  readonly peakAnonymousMiB: number;
  readonly peakMappedMiB: number;
}

const SAMPLE_MS = 100;
/** Linux counts CPU time in hundredths of a second, whatever the kernel's own tick is. */
const TICKS_PER_SECOND = 100;

/** Watches a process's memory from outside: the kernel keeps no peak of anonymous memory alone. */
export class ProcessWatch {
  readonly #pid: number;
  readonly #timer: NodeJS.Timeout;
  #peakAnonymousMiB = 0;
  #peakMappedMiB = 0;

  constructor(pid: number) {
    this.#pid = pid;
    this.#timer = setInterval(() => void this.#sample(), SAMPLE_MS);
    this.#timer.unref();
  }

  /** What it has used until now; begins anew with the peaks. */
  async look(): Promise<ProcessUse> {
    const { anonymousMiB, mappedMiB } = await this.#sample();
    const use = { cpuSeconds: await cpuSeconds(this.#pid), anonymousMiB, mappedMiB, peakAnonymousMiB: this.#peakAnonymousMiB, peakMappedMiB: this.#peakMappedMiB };
    this.#peakAnonymousMiB = 0;
    this.#peakMappedMiB = 0;
    return use;
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async #sample(): Promise<{ readonly anonymousMiB: number; readonly mappedMiB: number }> {
    const { anonymousMiB = 0, mappedMiB = 0 } = (await readProcessMemory(this.#pid)) ?? {};
    this.#peakAnonymousMiB = Math.max(this.#peakAnonymousMiB, anonymousMiB);
    this.#peakMappedMiB = Math.max(this.#peakMappedMiB, mappedMiB);
    return { anonymousMiB, mappedMiB };
  }
}

/** User and system time of a process, its threads included; 0 where there is no /proc, and when it is gone. */
async function cpuSeconds(pid: number): Promise<number> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    // After the name, which may hold spaces: state is field 3, utime 14, stime 15.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
  } catch {
    return 0;
  }
}
