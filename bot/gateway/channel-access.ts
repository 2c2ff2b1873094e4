import type { Client } from 'discord.js';
import { missingForReply } from '../interactions/permissions.ts';
import { reasonOf } from '../log.ts';
import type { Log } from '../log.ts';

/** Whether the bot may answer under its own messages in a channel, from what the gateway told of roles and overwrites. */
export async function mayReplyIn(client: Client<true>, channelId: string, log: Log): Promise<boolean> {
  try {
    const channel = await client.channels.fetch(channelId);
    if (!channel || channel.isDMBased()) return channel !== null;
    const permissions = channel.permissionsFor(client.user.id);
    return permissions !== null && missingForReply(permissions.bitfield, { inThread: channel.isThread() }).length === 0;
  } catch (error) {
    log.warn({ event: 'channel:fetch:failed', channel: channelId, reason: reasonOf(error) }, 'a channel is closed to the bot');
    return false;
  }
}
