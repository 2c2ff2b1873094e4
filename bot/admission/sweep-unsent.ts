import { setTimeout as sleep } from 'node:timers/promises';
import type { Ledger } from '../../core/ledger.ts';
import type { JobQueue } from '../../core/job-queue.ts';
import { type Log, reasonOf } from '../log.ts';

export interface SweepPorts {
  readonly ledger: Pick<Ledger, 'unsentSince' | 'markSent' | 'giveUpUnconfirmed'>;
  readonly queue: Pick<JobQueue, 'send'>;
}

/** An admission is over long before this: whoever is unsent after it lost its sender. */
const UNSENT_FOR_MS = 30_000;
const SWEEP_EVERY_MS = 60_000;

/**
 * Sends jobs that were admitted but, since their sender died in between, may never have reached the queue.
 * Sending one that had been sent after all is harmless: the second delivery finds the job taken or over.
 * Those whose askers were told to try again, since that took too long, are given up instead.
 */
export async function sendUnsent({ ledger, queue }: SweepPorts, now: number): Promise<{ readonly sent: number; readonly givenUp: number }> {
  const unsent = await ledger.unsentSince(now - UNSENT_FOR_MS);
  for (const { job, isConfirmed } of unsent) {
    if (!isConfirmed) {
      await ledger.giveUpUnconfirmed(job.id);
      continue;
    }
    await queue.send(job);
    await ledger.markSent(job.id);
  }
  const sent = unsent.filter(({ isConfirmed }) => isConfirmed).length;
  return { sent, givenUp: unsent.length - sent };
}

/** Sweeps at once, then every minute, until the signal. Never throws. */
export async function sweepUnsent(ports: SweepPorts, now: () => number, log: Log, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      const { sent, givenUp } = await sendUnsent(ports, now());
      if (sent > 0) log.warn({ event: 'job:resend:done', jobs: sent }, 'jobs that never reached the queue were sent');
      if (givenUp > 0) log.warn({ event: 'job:give-up:done', jobs: givenUp }, 'jobs whose askers were told to try again were given up');
    } catch (error) {
      log.warn({ event: 'job:resend:failed', reason: reasonOf(error) }, 'jobs that never reached the queue could not be looked for');
    }
    await sleep(SWEEP_EVERY_MS, undefined, { signal }).catch(() => undefined);
  }
}
