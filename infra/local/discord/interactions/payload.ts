/** The interaction as the application receives it. https://discord.com/developers/docs/interactions/receiving-and-responding#interaction-object */
import { ApplicationIntegrationType, InteractionContextType, Locale } from 'discord-api-types/v10';
import type { APIInteraction } from 'discord-api-types/v10';
import { viewInteractionMember } from '../messages/member-view.ts';
import { viewMessage } from '../messages/message-view.ts';
import { viewUser } from '../messages/user-view.ts';
import { MAX_FILE_BYTES } from '../messages/upload.ts';
import { channelPermissions } from '../permissions.ts';
import { viewChannel } from '../rest/channel-view.ts';
import type { InteractionRecord } from '../store/records.ts';
import { theGuild, userOf } from '../world.ts';
import type { World } from '../world.ts';

/** `data` is the part that differs between commands, components and modals. */
export function viewInteraction(world: World, interaction: InteractionRecord, data: unknown): APIInteraction {
  const { id, applicationId, type, token, userId, channelId, sourceMessageId } = interaction;
  const channel = world.store.channels.get(channelId);
  if (channel === undefined) throw new Error(`interaction ${id} names channel ${channelId}, which is gone`);
  const guild = theGuild(world);
  const source = sourceMessageId === null ? undefined : world.store.messages.get(channelId, sourceMessageId);
  const place =
    channel.kind === 'text'
      ? {
          guild: { id: guild.id, locale: Locale.EnglishUS, features: [] },
          guild_id: guild.id,
          guild_locale: Locale.EnglishUS,
          member: viewInteractionMember(world, userId, channel),
          context: InteractionContextType.Guild,
          authorizing_integration_owners: { [ApplicationIntegrationType.GuildInstall]: guild.id },
        }
      : {
          user: viewUser(userOf(world, userId)),
          context: InteractionContextType.BotDM,
          authorizing_integration_owners: { [ApplicationIntegrationType.GuildInstall]: '0' },
        };
  const payload = {
    id,
    application_id: applicationId,
    type,
    token,
    version: 1,
    channel: viewChannel(world, channel, userId),
    channel_id: channelId,
    locale: Locale.EnglishUS,
    app_permissions: `${channelPermissions(world, applicationId, channel)}`,
    entitlements: [],
    attachment_size_limit: MAX_FILE_BYTES,
    ...place,
    ...(source !== undefined && { message: viewMessage(world, source, applicationId) }),
    data,
  };
  // The union's members differ in `type` and `data`, which are chosen together by the caller.
  return payload as unknown as APIInteraction;
}
