/** The checks that nearly every route begins with. */
import { PermissionFlagsBits as P } from 'discord-api-types/v10';
import { channelPermissions, may } from '../permissions.ts';
import type { ChannelRecord, MessageRecord } from '../store/records.ts';
import type { World } from '../world.ts';
import { invalidFormBody, missingAccess, missingPermissions, unknownChannel, unknownMessage } from './discord-error.ts';

/** @throws {DiscordError} 50035 when a path parameter is no snowflake. */
export function checkSnowflake(name: string, value: string): string {
  if (/^\d{1,20}$/.test(value)) return value;
  throw invalidFormBody([{ path: [name], code: 'NUMBER_TYPE_COERCE', message: `Value "${value.slice(0, 40)}" is not snowflake.` }]);
}

/** @throws {DiscordError} 10003 (no such channel), 50001 (not to be seen by this user) */
export function seenChannel(world: World, channelId: string, userId: string): { readonly channel: ChannelRecord; readonly permissions: bigint } {
  const channel = world.store.channels.get(checkSnowflake('channel_id', channelId));
  if (channel === undefined) throw unknownChannel();
  const permissions = channelPermissions(world, userId, channel);
  if (!may(permissions, P.ViewChannel)) throw missingAccess();
  return { channel, permissions };
}

/** @throws {DiscordError} 50013 */
export function needPermissions(permissions: bigint, ...needed: readonly bigint[]): void {
  if (!may(permissions, ...needed)) throw missingPermissions();
}

/**
 * A message of the channel that the user sees; ephemeral ones are reached through their webhook only.
 * @throws {DiscordError} 10008
 */
export function seenMessage(world: World, channelId: string, messageId: string): MessageRecord {
  const message = world.store.messages.get(channelId, checkSnowflake('message_id', messageId));
  if (message === undefined || message.visibleTo !== null) throw unknownMessage();
  return message;
}
