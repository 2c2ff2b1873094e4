/** What happened, as the gateway tells it. https://discord.com/developers/docs/events/gateway-events */
import { ReactionType } from 'discord-api-types/v10';
import type { DiscordEvent } from '../events.ts';
import { viewMessageForBot } from '../messages/bot-view.ts';
import { viewBareMember, viewMember } from '../messages/member-view.ts';
import { viewChannel } from '../rest/channel-view.ts';
import type { MessageRecord } from '../store/records.ts';
import { guildIdOf } from '../world.ts';
import type { World } from '../world.ts';

export interface Told {
  readonly event: string;
  readonly channelId: string;
  readonly data: unknown;
}

const CHANNEL_EVENTS = { 'channel:created': 'CHANNEL_CREATE', 'channel:updated': 'CHANNEL_UPDATE', 'channel:deleted': 'CHANNEL_DELETE' } as const;

/** The event for one bot; undefined when it is none of a bot's business. */
export function toDispatch(world: World, event: DiscordEvent, botId: string, readsContent: boolean): Told | undefined {
  switch (event.type) {
    case 'message:created':
    case 'message:updated':
      return event.message.visibleTo === null ? told(event.type === 'message:created' ? 'MESSAGE_CREATE' : 'MESSAGE_UPDATE', event.message, viewWithAuthor(world, event.message, botId, readsContent)) : undefined;
    case 'message:deleted':
      return event.message.visibleTo === null ? told('MESSAGE_DELETE', event.message, { id: event.message.id, ...place(world, event.message) }) : undefined;
    case 'reaction:added':
    case 'reaction:removed': {
      const { message, userId, emoji } = event;
      const about = { user_id: userId, message_id: message.id, emoji: { ...emoji, animated: false }, burst: false, type: ReactionType.Normal, ...place(world, message) };
      if (event.type === 'reaction:removed') return told('MESSAGE_REACTION_REMOVE', message, about);
      const member = world.store.members.get(userId);
      const inGuild = 'guild_id' in about && member !== undefined;
      return told('MESSAGE_REACTION_ADD', message, { ...about, message_author_id: message.authorId, ...(inGuild && { member: viewMember(world, member) }) });
    }
    case 'reactions:cleared': {
      const { message, emoji } = event;
      const about = { message_id: message.id, ...place(world, message) };
      return emoji === null ? told('MESSAGE_REACTION_REMOVE_ALL', message, about) : told('MESSAGE_REACTION_REMOVE_EMOJI', message, { ...about, emoji });
    }
    case 'typing:started': {
      const channel = world.store.channels.get(event.channelId);
      const guildId = channel === undefined ? undefined : guildIdOf(world, channel);
      return { event: 'TYPING_START', channelId: event.channelId, data: { channel_id: event.channelId, user_id: event.userId, timestamp: Math.trunc(world.now() / 1000), ...(guildId !== undefined && { guild_id: guildId }) } };
    }
    case 'channel:created':
    case 'channel:updated':
    case 'channel:deleted': {
      const channel = world.store.channels.get(event.channelId);
      // Direct messages are announced by their first message, not by themselves.
      return channel === undefined || channel.kind === 'dm' ? undefined : { event: CHANNEL_EVENTS[event.type], channelId: channel.id, data: viewChannel(world, channel, botId) };
    }
    default:
      return undefined;
  }
}

function told(event: string, { channelId }: MessageRecord, data: unknown): Told {
  return { event, channelId, data };
}

function place(world: World, { channelId }: MessageRecord): { channel_id: string; guild_id?: string } {
  const channel = world.store.channels.get(channelId);
  const guildId = channel === undefined ? undefined : guildIdOf(world, channel);
  return { channel_id: channelId, ...(guildId !== undefined && { guild_id: guildId }) };
}

function viewWithAuthor(world: World, message: MessageRecord, botId: string, readsContent: boolean): unknown {
  const member = world.store.members.get(message.authorId);
  const where = place(world, message);
  return { ...viewMessageForBot(world, message, botId, readsContent), ...where, ...(where.guild_id !== undefined && member !== undefined && { member: viewBareMember(member) }) };
}
