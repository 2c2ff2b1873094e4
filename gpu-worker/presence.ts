import type { Job } from '../core/job.ts';
import { type Offer, OFFER_AGAIN_MS } from '../core/workforce/offer.ts';
import { HEARTBEAT_SECONDS, type WorkerNews } from '../core/workforce/outlook.ts';
import type { Workforce } from '../core/workforce/workforce.ts';

export interface PresenceEvent {
  readonly name: 'worker:report:failed' | 'worker:cold-start:measured';
  readonly tookMs?: number;
  readonly error?: unknown;
}

export interface PresencePorts {
  readonly workforce: Pick<Workforce, 'outlook' | 'report' | 'leave' | 'putOffer' | 'recordColdStart'>;
  readonly workerId: string;
  readonly worker: Omit<WorkerNews, 'busy' | 'startedAt' | 'models'>;
  readonly offer: Offer;
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
  /** There is something else to paint with. */
  offers(offer: Offer): void;
  leave(): Promise<void>;
}

/** A job that waited longer than this waited for something else: an operator who stopped everything overnight. */
const LONGEST_COLD_START_MS = 20 * 60_000;

/** Begins the heartbeat. */
export async function openPresence({ workforce, workerId, worker, offer: offered, report, now = Date.now, processStartedAt }: PresencePorts): Promise<Presence> {
  const readyAt = now();
  let jobs = 0;
  let isFirst = true;
  let offer = offered;
  const news = (): WorkerNews => ({ ...worker, models: offer.models.map(({ id }) => id), busy: jobs, startedAt: readyAt });
  const quietly = (act: () => Promise<unknown>) => act().then(() => undefined, (error: unknown) => report({ name: 'worker:report:failed', error }));
  const beat = () => quietly(() => workforce.report(workerId, news()));

  let isAlone = false;
  await quietly(async () => (isAlone = !(await workforce.outlook()).workers.some(({ isAlive }) => isAlive)));
  const tell = () => quietly(() => workforce.putOffer(workerId, offer));
  await Promise.all([beat(), tell()]);
  const timers = [setInterval(() => void beat(), HEARTBEAT_SECONDS * 1000), setInterval(() => void tell(), OFFER_AGAIN_MS)];

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
    offers: (changed) => {
      offer = changed;
      void Promise.all([beat(), tell()]);
    },
    leave: async () => {
      for (const timer of timers) clearInterval(timer);
      await quietly(() => workforce.leave(workerId, news()));
    },
  };
}
