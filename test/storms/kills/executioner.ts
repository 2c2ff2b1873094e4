/** Workers that die: each is killed, told to leave or frozen at a moment of chance, and another takes its place. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { BuiltProcesses } from '../../built-processes.ts';
import { type LogLine, type RunningProcess, startProcess } from '../processes.ts';
import type { Random } from '../random.ts';

/** How a worker's life is cut. A frozen one (SIGSTOP) comes back after its lease has ended, as a paused machine does. */
const FATES = ['SIGKILL', 'SIGKILL', 'SIGKILL', 'SIGTERM', 'SIGTERM', 'frozen'] as const;
export type Fate = (typeof FATES)[number];

/** Right after these lines of its log, so that the narrow moments between two writes are met as well. */
const TRAPS = ['job:claim:claimed', 'job:paint:resumed', 'job:paint:done', 'job:post:done', 'job:claim:resume-post', 'job:work:done'] as const;
/** Of the other half: so long after it has taken its first job. */
const LONGEST_LIFE_MS = 8000;
/** Some lines come seldom; after so long any moment will do. */
const LONGEST_TRAP_MS = 20_000;

export interface ExecutionerOptions {
  readonly built: BuiltProcesses;
  readonly workers: number;
  readonly env: Readonly<Record<string, string>>;
  readonly frozenMs: number;
  readonly random: Random;
  readonly onLine: (line: LogLine) => void;
  /** No more deaths after so many. */
  readonly most: number;
}

export interface Executioner {
  readonly deaths: Readonly<Record<Fate, number>>;
  /** Exit codes of workers that were told to leave, when not 0. */
  readonly badExits: readonly (number | string)[];
  /** Tells all to leave and waits until they have. */
  stop(): Promise<void>;
}

export function startExecutioner({ built, workers, env, frozenMs, random, onLine, most }: ExecutionerOptions): Executioner {
  const deaths = { SIGKILL: 0, SIGTERM: 0, frozen: 0 };
  const badExits: (number | string)[] = [];
  const stopping = new AbortController();
  const count = () => deaths.SIGKILL + deaths.SIGTERM + deaths.frozen;

  async function keepOneWorking(): Promise<void> {
    while (!stopping.signal.aborted) await oneLife();
  }

  async function oneLife(): Promise<void> {
    const listeners = new Set<(line: LogLine) => void>();
    let isUp = false;
    const worker = startProcess(built, 'gpu-worker/main.ts', env, (line) => {
      onLine(line);
      isUp ||= line.msg === 'consumer:start:ok';
      for (const listen of listeners) listen(line);
    });
    const ended = Promise.race([worker.exited, aborted(stopping.signal)]);
    while (worker.isRunning() && !stopping.signal.aborted) {
      const isTime = count() < most ? momentOfChance(listeners) : new Promise<never>(() => undefined);
      if ((await Promise.race([isTime.then(() => 'now' as const), ended])) !== 'now') break;
      await strike(worker);
    }
    if (worker.isRunning()) {
      worker.kill('SIGTERM');
      // One that is still starting listens to no signal yet, and has nothing to give back.
      await (isUp ? left(worker) : worker.exited);
    }
  }

  async function strike(worker: RunningProcess): Promise<void> {
    const fate = random.pick(FATES);
    deaths[fate] += 1;
    if (fate === 'frozen') {
      worker.kill('SIGSTOP');
      await sleep(frozenMs);
      worker.kill('SIGCONT');
      return;
    }
    worker.kill(fate);
    await (fate === 'SIGTERM' ? left(worker) : worker.exited);
  }

  async function left(worker: RunningProcess): Promise<void> {
    const how = await worker.exited;
    if (how !== 0) badExits.push(how);
  }

  /** Resolves when a worker with a job in hand shall be struck. */
  async function momentOfChance(listeners: Set<(line: LogLine) => void>): Promise<void> {
    const trap = random.chance(0.5) ? random.pick(TRAPS) : undefined;
    const lifeMs = random.whole(0, LONGEST_LIFE_MS);
    const visits = random.whole(1, 3);
    const trapped = trap && heard(trap, visits);
    await heard('job:claim:claimed', 1);
    await (trapped === undefined ? sleep(lifeMs) : Promise.race([trapped, sleep(LONGEST_TRAP_MS)]));

    function heard(msg: string, times: number): Promise<void> {
      return new Promise((resolve) => {
        let left = times;
        const listen = (line: LogLine) => {
          if (line.msg !== msg || --left > 0) return;
          listeners.delete(listen);
          resolve();
        };
        listeners.add(listen);
      });
    }
  }

  const lives = Array.from({ length: workers }, keepOneWorking);
  return {
    deaths,
    badExits,
    stop: async () => {
      stopping.abort();
      await Promise.all(lives);
    },
  };
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
