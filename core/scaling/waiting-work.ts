import { costOf } from '../credits.ts';
import type { Work } from '../job.ts';
import type { Depth } from '../job-queue.ts';
import type { JobRow } from '../ledger/row.ts';
import { megapixelSteps } from '../workforce/megapixel-steps.ts';
import type { Outlook } from '../workforce/outlook.ts';
import type { Load } from './scaling-policy.ts';

/** Until a model's pace was measured here: GPU-seconds a credit, about what an NVIDIA L4 takes for SDXL. */
export const ASSUMED_SECONDS_PER_CREDIT = 20;
/** The queue's own count may be a minute old; the ledger knows of what was asked for since. */
const BRIDGED_MS = 5 * 60_000;

/** GPU-seconds that work takes, as the workers measured it. */
export function secondsOf(work: Work, { paces }: Pick<Outlook, 'paces'>): number {
  const pace = paces.get(work.model);
  if (!pace) return (costOf(work) / 100) * ASSUMED_SECONDS_PER_CREDIT;
  return megapixelSteps(work) * pace.perMegapixelStep.mean + pace.rest.mean;
}

/**
 * What there is to do. The queue says how many jobs; how long they take is told from the first of the line, as reading all rows of a
 * long one would take longer than the answer is good for.
 * @param sample rows from the front of the line
 * @param now epoch milliseconds
 */
export function waitingWork(depth: Depth, sample: readonly JobRow[], outlook: Pick<Outlook, 'paces'>, now: number): Omit<Load, 'tasks'> {
  const queued = sample.filter(({ state }) => state === 'queued');
  const justAsked = queued.filter(({ job }) => now - job.createdAt < BRIDGED_MS).length;
  const waitingJobs = Math.max(depth.waiting, justAsked);
  const each = queued.length === 0 ? ASSUMED_SECONDS_PER_CREDIT : queued.reduce((sum, { job }) => sum + secondsOf(job.work, outlook), 0) / queued.length;
  return { waitingJobs, waitingSeconds: waitingJobs * each, jobsInHand: depth.inHand };
}
