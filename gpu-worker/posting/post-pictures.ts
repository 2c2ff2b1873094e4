import { mentioning } from '../../bot/cards/card.ts';
import { actionPrices, pictureButtons } from '../../bot/cards/picture-buttons.ts';
import { type ShownPicture, invitingReactions, pictureCard } from '../../bot/cards/picture-card.ts';
import type { CustomIds } from '../../bot/custom-id/custom-ids.ts';
import { RefusedByDiscord, Unreachable } from '../../bot/rest/discord-errors.ts';
import { type Answer, type AnswerPorts, type Answered, postAnswer } from '../../bot/rest/post-answer.ts';
import type { Discord, Upload } from '../../bot/rest/discord.ts';
import type { Centicredits } from '../../core/credits.ts';
import { scaleOf } from '../../core/derive-work.ts';
import type { JobRow, Posted } from '../../core/ledger/row.ts';
import { modelOfWork } from '../../core/model-for.ts';
import type { PictureStore } from '../../core/picture-store.ts';
import type { FinishedPicture } from '../painting/paint-job.ts';
import { Refused } from '../refused.ts';
import { fullSizeLinks } from './full-size-links.ts';
import { beforePicture } from './before-picture.ts';
import { pictureFilename } from './picture-filename.ts';

export interface PostPorts extends AnswerPorts {
  readonly customIds: CustomIds;
  readonly store: Pick<PictureStore, 'get' | 'link'>;
}

/** What the card says beside the pictures. */
export interface PostFacts {
  readonly tookMs: number;
  /** What the asker has left once this job is charged. */
  readonly left: Centicredits;
}

/**
 * Posts a job's pictures as one message, a refined one beside what it was before.
 * @throws {Refused} when the channel is closed to the bot or Discord will not take the message; the pictures stay stored
 * @throws {DiscordError} when trying again may help
 */
export async function postPictures(ports: PostPorts, row: JobRow, pictures: readonly FinishedPicture[], facts: PostFacts): Promise<Answered> {
  const [before, fullSizeUrls] = await Promise.all([beforePicture(ports.store, row.job), fullSizeLinks(ports.store, pictures)]);
  try {
    return await postAnswer(ports, row, answerWith(ports, row, pictures, facts, { before, fullSizeUrls }));
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

/** What stands beside the pictures. */
interface Beside {
  readonly before: Upload | undefined;
  /** For each picture: where its lossless file is, if there is one. */
  readonly fullSizeUrls: readonly (string | undefined)[];
}

function answerWith({ customIds, now = Date.now }: PostPorts, { job, cost }: JobRow, pictures: readonly FinishedPicture[], facts: PostFacts, { before, fullSizeUrls }: Beside): Answer {
  const model = modelOfWork(job.work);
  const scale = scaleOf(job.work, model);
  const shown = pictures.map(
    ({ stored, file }, index): ShownPicture => ({
      filename: pictureFilename(job.id, index, file.extension, stored),
      seed: stored.seed,
      width: Math.round(stored.width * scale),
      height: Math.round(stored.height * scale),
      ...fullSizeOf(fullSizeUrls[index]),
    }),
  );
  const files = pictures.map(
    ({ stored, file }, index): Upload => ({ name: pictureFilename(job.id, index, file.extension, stored), data: file.bytes, contentType: file.contentType }),
  );
  const { refinedBy, enlargedBy } = pictures[0]?.stored ?? {};
  const posting = { job, pictures: pictures.map(({ stored }) => stored), model, customIds, now: now() };
  const edit = pictureCard({
    job,
    pictures: shown,
    ...facts,
    cost,
    ...(before && { before: before.name }),
    ...(refinedBy && { refinedBy }),
    ...(enlargedBy !== undefined && { enlargedBy }),
    ...(pictures[0]?.cut !== undefined && { cut: pictures[0].cut }),
    buttons: pictureButtons(posting),
    prices: actionPrices(posting),
  });
  return { edit, post: mentioning(edit, job.userId), files: before ? [before, ...files] : files, pictures: files.length };
}

function fullSizeOf(fullSizeUrl: string | undefined): Pick<ShownPicture, 'fullSizeUrl'> {
  return fullSizeUrl === undefined ? {} : { fullSizeUrl };
}
