import { type Original, refineWork } from '../../core/derive-work.ts';
import type { Job } from '../../core/job.ts';
import { JOB_VERSION } from '../../core/job.ts';
import type { Model } from '../../core/model.ts';
import { onceId } from '../actions/once-id.ts';
import type { Reaction } from './reaction.ts';

/** The job that refines one picture of a posted message, for whoever reacted; the same job that its button asks for. */
export function refineJob(reaction: Reaction, original: Original, model: Model, now: number): Job {
  return {
    version: JOB_VERSION,
    id: onceId('refine', original),
    createdAt: now,
    userId: reaction.userId,
    guildId: reaction.guildId,
    channelId: reaction.channelId,
    // What was hidden stays so: the refined picture stands beside it.
    ...(original.picture.spoiler && { spoiler: true }),
    reply: { kind: 'message', replyTo: reaction.messageId },
    work: refineWork(original, model, now),
  };
}
