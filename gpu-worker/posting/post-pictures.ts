import { mentioning } from '../../bot/cards/card.ts';
import { type ShownPicture, invitingReactions, pictureCard } from '../../bot/cards/picture-card.ts';
import { RefusedByDiscord, Unreachable } from '../../bot/rest/discord-errors.ts';
import type { Discord, Upload } from '../../bot/rest/discord.ts';
import type { Centicredits } from '../../core/credits.ts';
import type { JobRow, Posted } from '../../core/ledger/row.ts';
import type { FinishedPicture } from '../painting/paint-job.ts';
import { Refused } from '../refused.ts';
import { pictureFilename } from './find-posted.ts';
import { type Answer, type AnswerPorts, postAnswer } from './post-answer.ts';

/** What the card says beside the pictures. */
export interface PostFacts {
  readonly tookMs: number;
  /** What the asker has left once this job is charged. */
  readonly left: Centicredits;
  /** How many times larger, per side, the files are than what was painted. */
  readonly upscale: number;
}

/**
 * Posts a job's pictures as one message.
 * @throws {Refused} when the channel is closed to the bot or Discord will not take the message; the pictures stay stored
 * @throws {DiscordError} when trying again may help
 */
export async function postPictures(ports: AnswerPorts, row: JobRow, pictures: readonly FinishedPicture[], facts: PostFacts): Promise<Posted> {
  try {
    const message = await postAnswer(ports, row, answerWith(row, pictures, facts));
    return { channelId: message.channel_id, messageIds: [message.id] };
  } catch (cause) {
    if (cause instanceof Unreachable || cause instanceof RefusedByDiscord) throw new Refused('cannot-post', { cause });
    throw cause;
  }
}

/** Puts the reactions under the post that people refine by. */
export async function inviteReactions(discord: Pick<Discord, 'react'>, { channelId, messageIds }: Posted, pictureCount: number): Promise<void> {
  for (const messageId of messageIds) {
    for (const emoji of invitingReactions(pictureCount)) await discord.react(channelId, messageId, emoji);
  }
}

function answerWith({ job, cost }: JobRow, pictures: readonly FinishedPicture[], { tookMs, left, upscale }: PostFacts): Answer {
  const shown = pictures.map(
    ({ stored, file }, index): ShownPicture => ({
      filename: pictureFilename(job.id, index, file.extension),
      seed: stored.seed,
      width: stored.width * upscale,
      height: stored.height * upscale,
    }),
  );
  const files = pictures.map(
    ({ file }, index): Upload => ({ name: pictureFilename(job.id, index, file.extension), data: file.bytes, contentType: file.contentType }),
  );
  const edit = pictureCard({ job, pictures: shown, tookMs, cost, left });
  // A refined picture's card mentions its asker already.
  const post = job.work.kind === 'refine' ? edit : mentioning(edit, job.userId);
  return { edit, post, files };
}
