import { type Client, PermissionFlagsBits } from 'discord.js';
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

export interface MemberRoles {
  readonly guildId: string;
  readonly userId: string;
  readonly roleIds: readonly string[];
}

/** Whether a member may manage the server, from what the gateway told of its roles. */
export async function managesServer(client: Client<true>, { guildId, userId, roleIds }: MemberRoles, log: Log): Promise<boolean> {
  try {
    const guild = await client.guilds.fetch(guildId);
    // The role of everyone has the guild's id.
    const roles = [guildId, ...roleIds].map((id) => guild.roles.cache.get(id));
    return guild.ownerId === userId || roles.some((role) => role?.permissions.has(PermissionFlagsBits.ManageGuild) ?? false);
  } catch (error) {
    log.warn({ event: 'guild:fetch:failed', guild: guildId, reason: reasonOf(error) }, 'a server’s roles are not known');
    return false;
  }
}
