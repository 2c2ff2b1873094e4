import { setTimeout as sleep } from 'node:timers/promises';
import type { Centicredits } from '../../core/credits.ts';
import { costOf } from '../../core/credits.ts';
import type { Job } from '../../core/job.ts';
import type { Admission, Foreseen, Member } from '../../core/ledger/admit.ts';
import { reasonOf } from '../log.ts';
import type { Ports } from '../ports.ts';

/**
 * How asking for a job ended. Only `admitted` has credits held; whatever was held under `not-queued` and `too-slow` has
 * been given back.
 */
export type AdmissionOutcome = Admission | { readonly kind: 'not-queued' | 'too-slow' };

export interface AdmitPorts extends Pick<Ports, 'queue' | 'now' | 'log' | 'wake'> {
  readonly ledger: Pick<Ports['ledger'], 'admit' | 'confirm' | 'markSent' | 'end'>;
}

/** What the queue may take beyond the time for admitting: then the answer must leave. */
const SENT_BY_MS = 250;
/** The longest that a timer can wait. */
const LONGEST_MS = 2 ** 31 - 1;

/**
 * Admits a job and sends it to the queue, both or neither.
 * After `answerBy` (epoch ms) the person can no longer be told, so a job admitted later than that is given up again.
 */
export async function admitJob(
  job: Job,
  { ledger, queue, now, log, wake }: AdmitPorts,
  answerBy = Infinity,
  member?: Member,
  foreseen?: Foreseen,
): Promise<AdmissionOutcome> {
  const cost: Centicredits = costOf(job.work);
  const confirmBy = Number.isFinite(answerBy) ? answerBy + SENT_BY_MS : undefined;
  const admission = await attempt(() => ledger.admit(job, cost, member, { confirmBy, foreseen }));
  if ('error' in admission) {
    log.error({ event: 'job:admit:failed', job: job.id, reason: reasonOf(admission.error) }, 'the ledger did not take a job');
    // Its answer may have been lost on the way: the job could be in the ledger all the same.
    return giveUp('not-queued');
  }
  if (admission.value.kind !== 'admitted') {
    log.info({ event: `job:admit:${admission.value.kind}`, job: job.id, cost }, 'a job was not admitted');
    return admission.value;
  }
  if (now() > answerBy) {
    log.warn({ event: 'job:admit:too-slow', job: job.id }, 'a job was admitted too late to say so');
    return giveUp('too-slow');
  }
  // Side by side: the one may be slow, and whoever receives the message waits for the other.
  const sending = await attempt(() => Promise.all([confirmBy === undefined || ledger.confirm(job.id), queue.send(job)]));
  if ('error' in sending) {
    log.error({ event: 'job:send:failed', job: job.id, reason: reasonOf(sending.error) }, 'the queue did not take a job');
    // Should it have been sent after all, the worker finds the job ended and deletes the message.
    return giveUp('not-queued');
  }
  const [isConfirmed] = sending.value;
  if (!isConfirmed || now() > answerBy + SENT_BY_MS) {
    log.warn({ event: 'job:send:too-slow', job: job.id }, 'a job was sent too late to say so');
    return giveUp('too-slow');
  }
  await Promise.all([within(answerBy - now(), markSent()), wake?.(answerBy - now())]);
  log.info({ event: 'job:admit:queued', job: job.id, cost, ahead: admission.value.position }, 'a job is in line');
  return admission.value;

  /** A job that is not marked is sent once more by the sweep, which is harmless. */
  async function markSent(): Promise<void> {
    const marking = await attempt(() => ledger.markSent(job.id));
    if ('error' in marking) log.warn({ event: 'job:mark-sent:failed', job: job.id, reason: reasonOf(marking.error) }, 'a sent job is not marked so');
  }

  async function giveUp(kind: 'not-queued' | 'too-slow'): Promise<AdmissionOutcome> {
    const ending = await attempt(() => ledger.end(job.id, { state: 'cancelled', reason: kind }));
    if ('error' in ending) {
      log.error({ event: 'job:end:failed', job: job.id, reason: reasonOf(ending.error) }, 'credits stay held until the day ends');
    }
    return { kind };
  }
}

async function attempt<T>(act: () => Promise<T>): Promise<{ value: T } | { error: unknown }> {
  try {
    return { value: await act() };
  } catch (error) {
    return { error };
  }
}

/** Waits for what is under way, but no longer than that; it goes on. */
async function within(milliseconds: number, underWay: Promise<void>): Promise<void> {
  const patience = new AbortController();
  await Promise.race([underWay, sleep(Math.min(Math.max(0, milliseconds), LONGEST_MS), undefined, { signal: patience.signal }).catch(() => undefined)]);
  patience.abort();
}
