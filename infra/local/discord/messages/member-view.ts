/** A guild member as the API shows them. https://discord.com/developers/docs/resources/guild#guild-member-object */
import type { GuildMemberFlags } from 'discord-api-types/v10';
import type { APIGuildMember, APIInteractionGuildMember } from 'discord-api-types/v10';
import { channelPermissions } from '../permissions.ts';
import type { ChannelRecord, MemberRecord } from '../store/records.ts';
import { userOf } from '../world.ts';
import type { World } from '../world.ts';
import { viewUser } from './user-view.ts';

export type BareMember = Omit<APIGuildMember, 'user'>;

/** Without the user, as in a message event. */
export function viewBareMember(member: MemberRecord): BareMember {
  return {
    roles: [...member.roleIds],
    joined_at: new Date(member.joinedAt).toISOString(),
    nick: null,
    avatar: null,
    premium_since: null,
    communication_disabled_until: null,
    pending: false,
    deaf: false,
    mute: false,
    flags: 0 as GuildMemberFlags,
  };
}

export function viewMember(world: World, member: MemberRecord): APIGuildMember {
  return { ...viewBareMember(member), user: viewUser(userOf(world, member.userId)) };
}

/** With the permissions that they have in this channel. */
export function viewInteractionMember(world: World, userId: string, channel: ChannelRecord): APIInteractionGuildMember {
  const member = world.store.members.get(userId) ?? { userId, roleIds: [], joinedAt: 0 };
  return { ...viewBareMember(member), user: viewUser(userOf(world, userId)), permissions: `${channelPermissions(world, userId, channel)}` };
}
