/** Which events a session hears. https://discord.com/developers/docs/events/gateway#gateway-intents */
import { GatewayIntentBits as G } from 'discord-api-types/v10';

/** All bits that exist. */
export const ALL_INTENTS: number = Object.values(G).reduce<number>((all, bit) => (typeof bit === 'number' ? all | bit : all), 0);

/** Only for applications that were granted them. */
export const PRIVILEGED_INTENTS = G.GuildMembers | G.GuildPresences | G.MessageContent;

/** The intent for an event in a guild, and in direct messages; null: heard by all. */
const NEEDED: Readonly<Record<string, readonly [guild: number, direct: number] | null>> = {
  INTERACTION_CREATE: null,
  CHANNEL_CREATE: [G.Guilds, 0],
  MESSAGE_CREATE: [G.GuildMessages, G.DirectMessages],
  MESSAGE_UPDATE: [G.GuildMessages, G.DirectMessages],
  MESSAGE_DELETE: [G.GuildMessages, G.DirectMessages],
  MESSAGE_REACTION_ADD: [G.GuildMessageReactions, G.DirectMessageReactions],
  MESSAGE_REACTION_REMOVE: [G.GuildMessageReactions, G.DirectMessageReactions],
  MESSAGE_REACTION_REMOVE_ALL: [G.GuildMessageReactions, G.DirectMessageReactions],
  MESSAGE_REACTION_REMOVE_EMOJI: [G.GuildMessageReactions, G.DirectMessageReactions],
  TYPING_START: [G.GuildMessageTyping, G.DirectMessageTyping],
};

export function hears(intents: number, event: string, direct: boolean): boolean {
  const needed = NEEDED[event];
  if (needed === undefined) return false;
  return needed === null || (intents & needed[direct ? 1 : 0]) !== 0;
}

/** Guilds are dealt to shards by their id; direct messages all go to shard 0. */
export function shardHears([shard, count]: readonly [number, number], guildId: string | undefined): boolean {
  return guildId === undefined ? shard === 0 : Number((BigInt(guildId) >> 22n) % BigInt(count)) === shard;
}
