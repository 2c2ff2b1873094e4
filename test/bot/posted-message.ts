import type { ImagineWork, Job } from '../../core/job.ts';
import type { StoredPicture } from '../../core/ledger/row.ts';
import { imagineJob, newSnowflake } from '../core/example-jobs.ts';
import type { TestStack } from '../local-stack.ts';

/** A job of ours that was painted and posted, as the ledger knows it after a worker is done with it. */
export async function postedMessage(
  stack: TestStack,
  changes: { guildId?: string | null; channelId?: string; messageId?: string; work?: Partial<ImagineWork>; picture?: Partial<StoredPicture>; jobId?: string; isPrivate?: boolean; spoiler?: boolean } = {},
): Promise<{ job: Job; messageId: string }> {
  const { guildId = '300000000000000001', channelId = '400000000000000001', messageId = newSnowflake(), work, picture, jobId, isPrivate, spoiler } = changes;
  const job = imagineJob({ guildId, channelId, userId: newSnowflake(), ...(jobId !== undefined && { id: jobId }), ...(isPrivate && { private: true }), ...(spoiler && { spoiler: true }), ...(work && { work }) });
  const { width, height, seed } = job.work;
  const count = job.work.kind === 'imagine' ? job.work.count : 1;
  const ledger = stack.ledger();
  await ledger.admit(job, 100);
  await ledger.claim(job.id, 'worker', 60);
  await ledger.markPainted(
    job.id,
    'worker',
    Array.from({ length: count }, (_, i) => ({ key: `pictures/${job.id}/${i}.png`, paintedKey: `painted/${job.id}/${i}.png`, seed: seed + i, width, height, ...picture })),
  );
  await ledger.markPosted(job.id, { channelId, messageIds: [messageId] });
  return { job, messageId };
}
