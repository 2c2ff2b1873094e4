/** Channels, roles and the guild as the API shows them. */
import { ChannelType, GuildDefaultMessageNotifications, GuildExplicitContentFilter, GuildMFALevel, GuildNSFWLevel, GuildPremiumTier, GuildVerificationLevel, Locale, OverwriteType } from 'discord-api-types/v10';
import type { APIDMChannel, APIRole, APITextChannel, RoleFlags } from 'discord-api-types/v10';
import { viewUser } from '../messages/user-view.ts';
import type { ChannelRecord, GuildRecord, RoleRecord } from '../store/records.ts';
import { theGuild, userOf } from '../world.ts';
import type { World } from '../world.ts';

/** A channel as this user sees it: in a direct message the recipient is the other one. */
export function viewChannel(world: World, channel: ChannelRecord, viewerId: string): APITextChannel | APIDMChannel {
  const [last] = world.store.messages.newestFirst(channel.id);
  const about = { id: channel.id, last_message_id: last?.id ?? null, flags: 0 };
  if (channel.kind === 'dm') {
    return { ...about, type: ChannelType.DM, name: null, recipients: channel.userIds.filter((id) => id !== viewerId).map((id) => viewUser(userOf(world, id))) };
  }
  return {
    ...about,
    type: ChannelType.GuildText,
    guild_id: theGuild(world).id,
    name: channel.name,
    topic: channel.topic,
    position: channel.position,
    parent_id: null,
    nsfw: false,
    rate_limit_per_user: 0,
    last_pin_timestamp: null,
    permission_overwrites: channel.overwrites.map(({ id, kind, allow, deny }) => ({ id, allow, deny, type: kind === 'role' ? OverwriteType.Role : OverwriteType.Member })),
  };
}

export function viewRole(role: RoleRecord): APIRole {
  return {
    id: role.id,
    name: role.name,
    color: role.color,
    colors: { primary_color: role.color, secondary_color: null, tertiary_color: null },
    position: role.position,
    permissions: role.permissions,
    mentionable: role.mentionable,
    managed: role.botId !== null,
    hoist: role.color !== 0,
    flags: 0 as RoleFlags,
    ...(role.botId !== null && { tags: { bot_id: role.botId } }),
  };
}

/** The guild without its members and channels. */
export function viewGuild(world: World, guild: GuildRecord) {
  return {
    id: guild.id,
    name: guild.name,
    owner_id: guild.ownerId,
    icon: null,
    splash: null,
    discovery_splash: null,
    banner: null,
    description: null,
    vanity_url_code: null,
    afk_channel_id: null,
    afk_timeout: 300 as const,
    system_channel_id: null,
    system_channel_flags: 0,
    rules_channel_id: null,
    public_updates_channel_id: null,
    safety_alerts_channel_id: null,
    application_id: null,
    widget_enabled: false,
    verification_level: GuildVerificationLevel.None,
    default_message_notifications: GuildDefaultMessageNotifications.AllMessages,
    explicit_content_filter: GuildExplicitContentFilter.Disabled,
    mfa_level: GuildMFALevel.None,
    nsfw_level: GuildNSFWLevel.Default,
    premium_tier: GuildPremiumTier.None,
    premium_progress_bar_enabled: false,
    preferred_locale: Locale.EnglishUS,
    features: [],
    emojis: [],
    stickers: [],
    roles: [...world.store.roles.values()].map(viewRole),
  };
}
