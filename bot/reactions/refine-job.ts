import type { Job } from '../../core/job.ts';
import { JOB_VERSION } from '../../core/job.ts';
import type { JobRow, StoredPicture } from '../../core/ledger/row.ts';
import { EDGE } from '../../core/limits.ts';
import type { Model } from '../../core/model.ts';
import type { Reaction } from './reaction.ts';

/**
 * The job that refines one picture of a posted message, for whoever reacted. Its id is made from the message and the
 * picture, so that a picture is refined once, however many react.
 */
export function refineJob(asked: {
  readonly reaction: Reaction;
  readonly original: JobRow;
  readonly picture: StoredPicture;
  readonly index: number;
  readonly model: Model;
  readonly now: number;
}): Job {
  const { reaction, original, picture, index, model } = asked;
  const { work } = original.job;
  return {
    version: JOB_VERSION,
    id: `refine-${reaction.messageId}-${index}`,
    createdAt: asked.now,
    userId: reaction.userId,
    guildId: reaction.guildId,
    channelId: reaction.channelId,
    reply: { kind: 'message', replyTo: reaction.messageId },
    work: {
      kind: 'refine',
      model: work.model,
      prompt: work.prompt,
      negativePrompt: work.negativePrompt,
      ...enlarged(picture, model.refineScale),
      // The schedule that `refineStrength` was chosen for, not the original's: 30 % of 5 steps would be one.
      steps: model.steps,
      guidanceScale: work.guidanceScale,
      seed: picture.seed,
      strength: model.refineStrength,
      source: {
        jobId: original.job.id,
        index,
        pictureKey: picture.paintedKey,
        channelId: reaction.channelId,
        messageId: reaction.messageId,
      },
    },
  };
}

/** The size times `scale`, in the same shape, as far as the limits allow; both edges multiples of 8. */
export function enlarged({ width, height }: { width: number; height: number }, scale: number): { width: number; height: number } {
  const allowed = Math.min(scale, EDGE.max / Math.max(width, height));
  const edge = (pixels: number) => Math.min(EDGE.max, Math.max(EDGE.min, Math.round((pixels * allowed) / EDGE.multiple) * EDGE.multiple));
  return { width: edge(width), height: edge(height) };
}
