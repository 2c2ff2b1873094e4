import { setTimeout as sleep } from 'node:timers/promises';
import { asReply, type Card, once } from '../../bot/cards/card.ts';
import { RefusedByDiscord, TokenExpired } from '../../bot/rest/discord-errors.ts';
import type { Discord, PostedMessage, Upload } from '../../bot/rest/discord.ts';
import type { JobRow } from '../../core/ledger/row.ts';
import { INTERACTION_TOKEN_TRUSTED_SECONDS } from '../../core/limits.ts';

/** A job's final answer, as an edit of the original response or as a message in the channel. */
export interface Answer {
  readonly edit: Card;
  /** Mentions the asker: in the channel nothing else says whose it is. */
  readonly post: Card;
  readonly files: readonly Upload[];
}

export interface AnswerPorts {
  readonly discord: Pick<Discord, 'editOriginal' | 'post' | 'directMessage'>;
  readonly now?: () => number;
  /** Between two tries of a young interaction's token; 1,500 by default. */
  readonly retryMs?: number;
}

/** A worker can be faster than the bot's own answer, which must leave within 3 s; before it there is nothing to edit. */
const YOUNG_MS = 5000;

/** "Cannot reply without permission to read message history": posting without the reference is still allowed. */
const MAY_NOT_READ_HISTORY = 160002;

/**
 * Brings the answer to where the person looks for it: into the original response while the interaction token is trusted,
 * else into the channel. Saying the same twice changes nothing: an edit is repeated in place, and Discord gives the
 * first message back for a nonce that it has seen within a few minutes.
 * @throws {DiscordError}
 */
export async function postAnswer(
  { discord, now = Date.now, retryMs = 1500 }: AnswerPorts,
  { job, attempt }: Pick<JobRow, 'job' | 'attempt'>,
  { edit, post, files }: Answer,
): Promise<PostedMessage> {
  const { reply } = job;
  // A job asked for again after it failed must not get its old failure back.
  const nonce = attempt > 1 ? `${job.id}-${attempt}` : job.id;
  if (reply.kind === 'message') return replyTo(reply.replyTo);

  const age = () => now() - reply.receivedAt;
  while (age() < INTERACTION_TOKEN_TRUSTED_SECONDS * 1000) {
    try {
      return await discord.editOriginal(reply.applicationId, reply.token, edit, files);
    } catch (error) {
      if (!(error instanceof TokenExpired)) throw error;
      if (age() > YOUNG_MS) break;
      await sleep(retryMs);
    }
  }
  if (job.private) return discord.directMessage(job.userId, once(edit, nonce), files);
  // What was made from a picture stands under it, also when its interaction is over.
  if ('source' in job.work) return replyTo(job.work.source.messageId);
  return discord.post(job.channelId, once(post, nonce), files);

  async function replyTo(messageId: string): Promise<PostedMessage> {
    try {
      return await discord.post(job.channelId, once(asReply(post, messageId), nonce), files);
    } catch (error) {
      if (!(error instanceof RefusedByDiscord && error.code === MAY_NOT_READ_HISTORY)) throw error;
      return discord.post(job.channelId, once(post, nonce), files);
    }
  }
}
