/** Who may do what where. https://discord.com/developers/docs/topics/permissions#permission-overwrites */
import { PermissionFlagsBits as P } from 'discord-api-types/v10';
import type { ChannelRecord, RoleRecord } from './store/records.ts';
import { theGuild } from './world.ts';
import type { World } from './world.ts';

export const ALL_PERMISSIONS: bigint = Object.values(P).reduce((all, bit) => all | bit, 0n);

/** What direct messages allow to both sides. */
const DIRECT = P.ViewChannel | P.SendMessages | P.EmbedLinks | P.AttachFiles | P.AddReactions | P.ReadMessageHistory | P.UseExternalEmojis | P.UseApplicationCommands;

/** A member's roles, `@everyone` among them; none for somebody who is no member. */
export function rolesOf(world: World, userId: string): readonly RoleRecord[] {
  const member = world.store.members.get(userId);
  if (member === undefined) return [];
  return [theGuild(world).id, ...member.roleIds].flatMap((id) => world.store.roles.get(id) ?? []);
}

/** A member's permissions in the guild, before any channel's overwrites. */
export function guildPermissions(world: World, userId: string): bigint {
  if (theGuild(world).ownerId === userId) return ALL_PERMISSIONS;
  const granted = rolesOf(world, userId).reduce((all, role) => all | BigInt(role.permissions), 0n);
  return (granted & P.Administrator) === 0n ? granted : ALL_PERMISSIONS;
}

export function channelPermissions(world: World, userId: string, channel: ChannelRecord): bigint {
  if (channel.kind === 'dm') return channel.userIds.includes(userId) ? DIRECT : 0n;
  const base = guildPermissions(world, userId);
  if (base === ALL_PERMISSIONS) return base;
  const guildId = theGuild(world).id;
  const roleIds = new Set(world.store.members.get(userId)?.roleIds);
  const layers = [
    channel.overwrites.filter(({ id }) => id === guildId),
    channel.overwrites.filter(({ id, kind }) => kind === 'role' && roleIds.has(id)),
    channel.overwrites.filter(({ id, kind }) => kind === 'member' && id === userId),
  ];
  return layers.reduce((permissions, layer) => {
    const deny = layer.reduce((all, overwrite) => all | BigInt(overwrite.deny), 0n);
    const allow = layer.reduce((all, overwrite) => all | BigInt(overwrite.allow), 0n);
    return (permissions & ~deny) | allow;
  }, base);
}

export function may(permissions: bigint, ...needed: readonly bigint[]): boolean {
  return needed.every((bit) => (permissions & bit) === bit);
}
