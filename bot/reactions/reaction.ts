import * as v from 'valibot';
import { PICTURE_NUMBERS, REFINE_EMOJI } from '../cards/picture-card.ts';

/** One reaction that someone put under a message. */
export interface Reaction {
  readonly userId: string;
  readonly byBot: boolean;
  readonly messageId: string;
  readonly channelId: string;
  /** `null` in direct messages. */
  readonly guildId: string | null;
  /** The member's; none in direct messages. */
  readonly roleIds: readonly string[];
  /** A Unicode emoji; custom ones are no concern of ours and are read as `null`. */
  readonly emoji: string | null;
}

const id = v.pipe(v.string(), v.regex(/^\d{1,20}$/));
const reactionAdd = v.object({
  user_id: id,
  message_id: id,
  channel_id: id,
  guild_id: v.optional(id),
  member: v.optional(v.object({ user: v.optional(v.object({ bot: v.optional(v.boolean(), false) })), roles: v.optional(v.array(id), []) })),
  emoji: v.object({ id: v.nullish(v.string()), name: v.nullish(v.string()) }),
});

/** Parses MESSAGE_REACTION_ADD (https://discord.com/developers/docs/events/gateway-events#message-reaction-add); `undefined` when it is none. */
export function parseReaction(raw: unknown): Reaction | undefined {
  const parsed = v.safeParse(reactionAdd, raw);
  if (!parsed.success) return undefined;
  const { user_id, message_id, channel_id, guild_id, member, emoji } = parsed.output;
  return {
    userId: user_id,
    byBot: member?.user?.bot ?? false,
    messageId: message_id,
    channelId: channel_id,
    guildId: guild_id ?? null,
    roleIds: member?.roles ?? [],
    emoji: (emoji.id ?? null) === null ? (emoji.name ?? null) : null,
  };
}

/** Which pictures of a message an emoji asks to refine: `all`, one by its index, or none. */
export function wishOf(emoji: string | null): 'all' | number | undefined {
  if (emoji === REFINE_EMOJI) return 'all';
  // Some clients leave out the variation selector of keycap emoji.
  const index = PICTURE_NUMBERS.findIndex((number) => plain(number) === plain(emoji ?? ''));
  return index === -1 ? undefined : index;
}

function plain(emoji: string): string {
  return emoji.replaceAll('\u{FE0F}', '');
}
