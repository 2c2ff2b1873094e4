import type { Job } from '../core/job.ts';
import { HEARTBEAT_SECONDS, type WorkerNews } from '../core/workforce/outlook.ts';
import type { Workforce } from '../core/workforce/workforce.ts';

export interface PresenceEvent {
  readonly name: 'worker:report:failed' | 'worker:cold-start:measured';
  readonly tookMs?: number;
  readonly error?: unknown;
}

export interface PresencePorts {
  readonly workforce: Pick<Workforce, 'outlook' | 'report' | 'leave' | 'recordColdStart'>;
  readonly workerId: string;
  readonly worker: Omit<WorkerNews, 'busy' | 'startedAt'>;
  readonly report: (event: PresenceEvent) => void;
  readonly now?: () => number;
  /** Epoch milliseconds at which the process began. */
  readonly processStartedAt: number;
}

/** Lets people who wait know that this worker is there. Nothing here ever throws: it is told, not needed. */
export interface Presence {
  /** Jobs in hand. */
  busy(jobs: number): void;
  /** A job was taken. The first may tell how long people wait for a worker to start. */
  took(job: Pick<Job, 'createdAt'>): void;
  leave(): Promise<void>;
}

/** A job that waited longer than this waited for something else: an operator who stopped everything overnight. */
const LONGEST_COLD_START_MS = 20 * 60_000;

/** Begins the heartbeat. */
export async function openPresence({ workforce, workerId, worker, report, now = Date.now, processStartedAt }: PresencePorts): Promise<Presence> {
  const readyAt = now();
  let jobs = 0;
  let isFirst = true;
  const news = (): WorkerNews => ({ ...worker, busy: jobs, startedAt: readyAt });
  const quietly = (act: () => Promise<unknown>) => act().then(() => undefined, (error: unknown) => report({ name: 'worker:report:failed', error }));
  const beat = () => quietly(() => workforce.report(workerId, news()));

  let isAlone = false;
  await quietly(async () => (isAlone = !(await workforce.outlook()).workers.some(({ isAlive }) => isAlive)));
  await beat();
  const timer = setInterval(() => void beat(), HEARTBEAT_SECONDS * 1000);

  return {
    busy: (inHand) => {
      jobs = inHand;
      void beat();
    },
    took: ({ createdAt }) => {
      const tookMs = readyAt - createdAt;
      const waitedForUs = isFirst && isAlone && createdAt < processStartedAt && tookMs < LONGEST_COLD_START_MS;
      isFirst = false;
      if (!waitedForUs) return;
      report({ name: 'worker:cold-start:measured', tookMs });
      void quietly(() => workforce.recordColdStart(tookMs / 1000));
    },
    leave: async () => {
      clearInterval(timer);
      await quietly(() => workforce.leave(workerId, news()));
    },
  };
}
