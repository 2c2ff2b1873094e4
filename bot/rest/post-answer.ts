import { setTimeout as sleep } from 'node:timers/promises';
import type { AnswerPlace, JobRow } from '../../core/ledger/row.ts';
import { INTERACTION_TOKEN_TRUSTED_SECONDS } from '../../core/limits.ts';
import { arrivingCard } from '../cards/arriving-card.ts';
import { type Card, asReply, mentioning, once } from '../cards/card.ts';
import { RefusedByDiscord, TokenExpired, Unreachable } from './discord-errors.ts';
import type { Discord, PostedMessage, Upload } from './discord.ts';

/** A job's final answer, as an edit of the original response or as a message in the channel. */
export interface Answer {
  readonly edit: Card;
  /** Mentions the asker: in the channel nothing else says whose it is. */
  readonly post: Card;
  readonly files: readonly Upload[];
  /** How many of the files are finished pictures. */
  readonly pictures: number;
}

export interface AnswerPorts {
  readonly discord: Pick<Discord, 'original' | 'editOriginal' | 'post' | 'edit' | 'directMessage'>;
  /** Records which message the answer goes into. Where it throws, nothing is said there. */
  readonly record: (place: AnswerPlace) => Promise<void>;
  readonly now?: () => number;
  /** How long after its interaction a token that is refused is tried again; 5,000 by default. */
  readonly youngMs?: number;
  /** Between two such tries; 1,500 by default. */
  readonly retryMs?: number;
}

/** Where the answer is now. */
export interface Answered extends AnswerPlace {
  /** Whoever answered before had chosen this place, and may have answered. */
  readonly isAgain: boolean;
}

/** A worker can be faster than the bot's own answer, which must leave within 3 s; before it there is nothing to edit. */
const YOUNG_MS = 5000;

/** "Cannot reply without permission to read message history": posting without the reference is still allowed. */
const MAY_NOT_READ_HISTORY = 160002;

/**
 * Brings the answer to where the person looks for it: into the original response while the interaction token is trusted, else into
 * a message of its own in the channel, or in a direct message where only the asker may see it.
 *
 * Which message it goes into is recorded before it does, a new one being posted empty. Whoever must give the answer again then edits
 * the same message, for which the bot needs no permission to read the channel's history. Between the empty post and its record stands
 * Discord's own memory of the nonce, a few minutes long.
 *
 * @throws {DiscordError}
 */
export async function postAnswer(ports: AnswerPorts, { job, attempt, answerPlace: known }: Pick<JobRow, 'job' | 'attempt' | 'answerPlace'>, answer: Answer): Promise<Answered> {
  const { discord, record, now = Date.now, youngMs = YOUNG_MS, retryMs = 1500 } = ports;
  const { edit, post, files, pictures } = answer;
  const { reply } = job;
  if (known && !known.isOriginal && (await editPlace(known))) return { ...known, isAgain: true };
  const original = reply.kind === 'interaction' ? await editOriginal(reply) : undefined;
  if (original) return { ...original, isAgain: known?.isOriginal === true };
  // The token is dead. The answer may stand there already, and nobody but the bot itself can look.
  if (known?.isOriginal && (await editPlace(known))) return { ...known, isAgain: true };
  const place = placeOf(await openPlace(), false);
  await record(place);
  await discord.edit(place.channelId, place.messageId, job.private ? edit : post, files);
  return { ...place, isAgain: false };

  async function editOriginal({ applicationId, token, receivedAt }: Extract<typeof reply, { kind: 'interaction' }>): Promise<AnswerPlace | undefined> {
    const age = () => now() - receivedAt;
    let place = known?.isOriginal ? known : undefined;
    while (age() < INTERACTION_TOKEN_TRUSTED_SECONDS * 1000) {
      try {
        if (!place) {
          place = placeOf(await discord.original(applicationId, token), true);
          await record(place);
        }
        await discord.editOriginal(applicationId, token, edit, files);
        return place;
      } catch (error) {
        if (!(error instanceof TokenExpired)) throw error;
        if (age() > youngMs) return undefined;
        await sleep(retryMs);
      }
    }
    return undefined;
  }

  /** @returns whether it is there; it is not where the message was deleted, or is one that only its token reaches */
  async function editPlace({ channelId, messageId, isOriginal }: AnswerPlace): Promise<boolean> {
    try {
      await discord.edit(channelId, messageId, isOriginal || job.private ? edit : post, files);
      return true;
    } catch (error) {
      if (error instanceof Unreachable) return false;
      throw error;
    }
  }

  async function openPlace(): Promise<PostedMessage> {
    const nonce = nonceOf({ job, attempt });
    const opening = pictures > 0 ? arrivingCard(pictures) : edit;
    if (job.private) return discord.directMessage(job.userId, once(opening, nonce));
    const inChannel = mentioning(opening, job.userId);
    if (reply.kind === 'message') return replyTo(reply.replyTo);
    // What was made from a picture stands under it, also when its interaction is over.
    if ('source' in job.work) return replyTo(job.work.source.messageId);
    return discord.post(job.channelId, once(inChannel, nonce));

    async function replyTo(messageId: string): Promise<PostedMessage> {
      try {
        return await discord.post(job.channelId, once(asReply(inChannel, messageId), nonce));
      } catch (error) {
        if (!(error instanceof RefusedByDiscord && error.code === MAY_NOT_READ_HISTORY)) throw error;
        return discord.post(job.channelId, once(inChannel, nonce));
      }
    }
  }
}

/** What Discord tells a job's messages apart by. One asked for again after it failed must not get its old failure back. */
export function nonceOf({ job, attempt }: Pick<JobRow, 'job' | 'attempt'>): string {
  return attempt > 1 ? `${job.id}-${attempt}` : job.id;
}

function placeOf({ channel_id: channelId, id: messageId }: PostedMessage, isOriginal: boolean): AnswerPlace {
  return { channelId, messageId, isOriginal };
}
