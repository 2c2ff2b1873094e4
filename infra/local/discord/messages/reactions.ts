/** Puts reactions on messages and takes them off. https://discord.com/developers/docs/resources/message#create-reaction */
import { PermissionFlagsBits as P } from 'discord-api-types/v10';
import { DiscordError, missingPermissions, unknownEmoji } from '../rest/discord-error.ts';
import type { MessageRecord, ReactionRecord } from '../store/records.ts';
import type { World } from '../world.ts';

export type Emoji = ReactionRecord['emoji'];

const MAX_KINDS = 20;
const EMOJI_STYLE = '\uFE0F';
// A RegExp object: as a literal the `v` flag would need a newer compile target.
const EMOJI = new RegExp('^\\p{RGI_Emoji}$', 'v');

/**
 * Reads an emoji as routes carry it: the character itself, or `name:id`.
 * @throws {DiscordError} 10014
 */
export function parseEmoji(text: string): Emoji {
  for (const name of [text, text + EMOJI_STYLE, text.slice(0, 1) + EMOJI_STYLE + text.slice(1)]) {
    if (EMOJI.test(name)) return { id: null, name };
  }
  // Custom emojis belong to guilds, and ours has none.
  throw unknownEmoji();
}

/**
 * @throws {DiscordError} 50013 without Add Reactions (joining a reaction needs none), 30010 beyond twenty kinds
 */
export function addReaction(world: World, message: MessageRecord, userId: string, emoji: Emoji, permissions: bigint): void {
  const present = find(message, emoji);
  if (present?.userIds.includes(userId) === true) return;
  if (present === undefined && (permissions & P.AddReactions) === 0n) throw missingPermissions();
  if (present === undefined && message.reactions.length >= MAX_KINDS) throw new DiscordError(403, 30010, `Maximum number of reactions reached (${MAX_KINDS})`);
  const reactions = present === undefined
    ? [...message.reactions, { emoji, userIds: [userId] }]
    : message.reactions.map((reaction) => (reaction === present ? { emoji, userIds: [...reaction.userIds, userId] } : reaction));
  const changed = { ...message, reactions };
  world.store.messages.put(changed);
  world.events.emit({ type: 'reaction:added', message: changed, userId, emoji });
}

/** @throws {DiscordError} 10014 when there is no such reaction at all. */
export function removeReaction(world: World, message: MessageRecord, userId: string, emoji: Emoji): void {
  const present = find(message, emoji);
  if (present === undefined) throw unknownEmoji();
  if (!present.userIds.includes(userId)) return;
  const reactions = message.reactions.flatMap((reaction) => {
    if (reaction !== present) return reaction;
    const userIds = reaction.userIds.filter((id) => id !== userId);
    return userIds.length === 0 ? [] : { emoji, userIds };
  });
  const changed = { ...message, reactions };
  world.store.messages.put(changed);
  world.events.emit({ type: 'reaction:removed', message: changed, userId, emoji });
}

/** Takes off one emoji, or all (`null`). */
export function clearReactions(world: World, message: MessageRecord, emoji: Emoji | null): void {
  const present = emoji === null ? undefined : find(message, emoji);
  const changed = { ...message, reactions: emoji === null ? [] : message.reactions.filter((reaction) => reaction !== present) };
  world.store.messages.put(changed);
  world.events.emit({ type: 'reactions:cleared', message: changed, emoji });
}

/** Who reacted so, in order. */
export function reactedBy(message: MessageRecord, emoji: Emoji): readonly string[] {
  return find(message, emoji)?.userIds ?? [];
}

function find({ reactions }: MessageRecord, { name }: Emoji): ReactionRecord | undefined {
  return reactions.find(({ emoji }) => emoji.name === name);
}
