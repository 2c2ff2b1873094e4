/** A message as a bot may read it: without the intent MESSAGE_CONTENT, what others write is blank. https://discord.com/developers/docs/events/gateway#message-content-intent */
import type { APIMessage } from 'discord-api-types/v10';
import type { MessageRecord } from '../store/records.ts';
import type { World } from '../world.ts';
import { viewMessage } from './message-view.ts';

export function viewMessageForBot(world: World, message: MessageRecord, botId: string, readsContent: boolean): APIMessage {
  const view = viewMessage(world, message, botId);
  const direct = world.store.channels.get(message.channelId)?.kind === 'dm';
  if (readsContent || direct || message.authorId === botId || message.mentions.userIds.includes(botId)) return view;
  return { ...view, content: '', embeds: [], attachments: [], components: [] };
}
