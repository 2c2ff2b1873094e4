import type { Job } from '../../../core/job.ts';
import type { Ledger } from '../../../core/ledger.ts';
import type { RuleTarget } from '../../../core/quota/rule.ts';
import { newSnowflake } from '../example-jobs.ts';

/** A Monday, the 30th, at 10:00: the day, the week and the month end at three different times. */
export const MONDAY = Date.parse('2026-11-30T10:00:00Z');
export const PICTURE = { key: 'pictures/1/0.png', paintedKey: 'painted/1/0.png', seed: 7, width: 128, height: 128 };
export const everyone: RuleTarget = { kind: 'everyone' };

/** Carries an admitted job to its end. */
export async function postJob(ledger: Ledger, job: Job): Promise<void> {
  await ledger.claim(job.id, 'worker', 60);
  await ledger.markPainted(job.id, 'worker', [PICTURE]);
  await ledger.markPosted(job.id, { channelId: job.channelId, messageIds: [newSnowflake()] });
}
