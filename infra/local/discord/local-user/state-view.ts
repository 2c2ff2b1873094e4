/** What a local user's client shows before it has read a message. */
import { InteractionContextType, PermissionFlagsBits as P } from 'discord-api-types/v10';
import type { APIApplicationCommand } from 'discord-api-types/v10';
import type { LocalChannel, LocalRole, LocalState, LocalUser } from '../page-protocol.ts';
import { channelPermissions, guildPermissions, may, rolesOf } from '../permissions.ts';
import type { ChannelRecord, UserRecord } from '../store/records.ts';
import { theApplication, theGuild, userOf } from '../world.ts';
import type { World } from '../world.ts';

export function viewState(world: World, userId: string): LocalState {
  const guild = theGuild(world);
  const application = theApplication(world);
  return {
    me: viewLocalUser(world, userOf(world, userId)),
    guild: { id: guild.id, name: guild.name },
    application: { id: application.id, botUserId: application.botUserId },
    users: [...world.store.users.values()].map((user) => viewLocalUser(world, user)),
    roles: [...world.store.roles.values()].map((role): LocalRole => ({ id: role.id, name: role.name, color: hex(role.color) })),
    channels: [...world.store.channels.values()].filter((channel) => may(channelPermissions(world, userId, channel), P.ViewChannel)).map((channel) => viewLocalChannel(world, channel, userId)),
    commands: usableCommands(world, userId),
  };
}

export function viewLocalUser(world: World, user: UserRecord): LocalUser {
  const [topColor] = rolesOf(world, user.id).filter(({ color }) => color !== 0).toSorted((a, b) => b.position - a.position);
  return {
    id: user.id,
    username: user.username,
    displayName: user.displayName,
    color: hex(topColor?.color ?? 0),
    avatarUrl: null,
    bot: user.bot,
    admin: may(guildPermissions(world, user.id), P.Administrator),
    online: world.online.has(user.id),
    dmsClosed: user.dmsClosed,
  };
}

export function viewLocalChannel(world: World, channel: ChannelRecord, viewerId: string): LocalChannel {
  const permissions = channelPermissions(world, viewerId, channel);
  const recipientId = channel.kind === 'dm' ? (channel.userIds.find((id) => id !== viewerId) ?? null) : null;
  return {
    id: channel.id,
    kind: channel.kind,
    name: recipientId === null ? (channel.kind === 'text' ? channel.name : '') : userOf(world, recipientId).displayName,
    topic: channel.kind === 'text' ? channel.topic : null,
    recipientId,
    maySend: may(permissions, P.SendMessages),
    mayReact: may(permissions, P.AddReactions),
    mayManageMessages: may(permissions, P.ManageMessages),
  };
}

/** Guild commands hide global ones of the same kind and name. */
export function usableCommands(world: World, userId: string): readonly APIApplicationCommand[] {
  const records = [...world.store.commands.values()];
  const inGuild = records.filter(({ guildId }) => guildId !== null).map(({ command }) => command);
  const global = records.filter(({ guildId }) => guildId === null).map(({ command }) => command);
  const unhidden = global.filter(({ name, type }) => !inGuild.some((command) => command.name === name && command.type === type));
  return [...inGuild, ...unhidden].filter((command) => mayUse(command, guildPermissions(world, userId)));
}

/** Whether permissions allow a command; `default_member_permissions` of `"0"` leaves it to administrators. */
export function mayUse(command: APIApplicationCommand, permissions: bigint): boolean {
  if (command.default_member_permissions === null || command.default_member_permissions === undefined) return true;
  if (may(permissions, P.Administrator)) return true;
  const needed = BigInt(command.default_member_permissions);
  return needed !== 0n && may(permissions, needed);
}

/** Whether a command can be used in a channel of this kind at all. */
export function worksIn(command: APIApplicationCommand, kind: ChannelRecord['kind']): boolean {
  if (kind === 'text') return command.contexts?.includes(InteractionContextType.Guild) ?? true;
  if (command.guild_id !== undefined) return false;
  return command.contexts?.includes(InteractionContextType.BotDM) ?? command.dm_permission ?? true;
}

function hex(color: number): string | null {
  return color === 0 ? null : `#${color.toString(16).padStart(6, '0')}`;
}
