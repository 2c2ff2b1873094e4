import { newSnowflake } from '../../core/example-jobs.ts';

/** A button pressed on a message of the bot's, as Discord delivers it. */
export function pressedButton(customId: string, by: { readonly userId: string; readonly permissions?: bigint; readonly guildId?: string }): Record<string, unknown> {
  const { userId, permissions = 0n, guildId = '300000000000000001' } = by;
  const id = newSnowflake();
  return {
    version: 1,
    type: 3,
    id,
    application_id: '500000000000000001',
    token: `token-of-${id}`,
    guild_id: guildId,
    channel_id: '400000000000000001',
    channel: { id: '400000000000000001', type: 0 },
    member: { user: { id: userId, username: 'max' }, roles: [], permissions: String(permissions) },
    app_permissions: '0',
    locale: 'en-US',
    data: { component_type: 2, custom_id: customId },
    message: { id: newSnowflake(), channel_id: '400000000000000001', author: { id: '500000000000000001', bot: true }, attachments: [] },
  };
}
