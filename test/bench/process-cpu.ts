import { readFile } from 'node:fs/promises';

/** Of Linux, whatever the processor. */
const TICKS_PER_SECOND = 100;

/** Seconds of processor time that a process and its threads have taken so far, from Linux's /proc; NaN elsewhere, and when it is gone. */
export async function readCpuSeconds(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // The second field is a name in brackets, which may hold anything; utime and stime are the 14th and 15th.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11] ?? Number.NaN) + Number(fields[12] ?? Number.NaN)) / TICKS_PER_SECOND;
}
