import { setTimeout as sleep } from 'node:timers/promises';
import { type Card, asReply, mentioning } from '../cards/card.ts';
import { reasonOf } from '../log.ts';
import { Unreachable } from '../rest/discord-errors.ts';
import type { Reaction } from './reaction.ts';
import type { ReactionPorts } from './handle-reaction.ts';

/** Why a reaction comes to nothing. */
export interface Refusal {
  readonly card: Card;
  /** It concerns nobody else, as credits do: it is never said in the channel. */
  readonly isPrivate: boolean;
}

/** A channel sees one note in so long, however many react. */
const ONE_NOTE_MS = 30_000;

/** Long enough to be read by whoever just reacted. */
const NOTE_STAYS_MS = 15_000;

/**
 * Tells somebody why their reaction comes to nothing: in a direct message, since a reaction has no answer that only they see.
 * Where those are closed, what is no secret is said under the picture, to them alone, and taken away again. Whoever
 * reacts again and again is told once in a while. Never throws.
 */
export async function tellReactor(reaction: Reaction, { card, isPrivate }: Refusal, ports: ReactionPorts): Promise<void> {
  const { discord, log, now, mayTell } = ports;
  if (!mayTell(`${reaction.userId} ${reaction.messageId}`, now())) return;
  try {
    await discord.directMessage(reaction.userId, card);
  } catch (error) {
    if (!(error instanceof Unreachable)) return log.warn({ event: 'reaction:tell:failed', message: reaction.messageId, reason: reasonOf(error) }, 'nobody could be told');
    log.info({ event: 'reaction:tell:closed' }, 'someone has closed their direct messages');
    if (!isPrivate && mayTell(`${reaction.channelId} ${Math.floor(now() / ONE_NOTE_MS)}`, now())) await noteInChannel(reaction, card, ports);
  }
}

async function noteInChannel({ channelId, messageId, userId }: Reaction, card: Card, { discord, log, noteStaysMs = NOTE_STAYS_MS }: ReactionPorts): Promise<void> {
  const failed = (error: unknown) => log.warn({ event: 'reaction:tell:failed', message: messageId, reason: reasonOf(error) }, 'a note could not be posted, or taken away');
  try {
    const note = await discord.post(channelId, asReply(mentioning(card, userId), messageId));
    // Nobody waits for that; a bot that leaves before leaves the note.
    void sleep(noteStaysMs, undefined, { ref: false }).then(() => discord.remove(channelId, note.id)).catch(failed);
  } catch (error) {
    failed(error);
  }
}
