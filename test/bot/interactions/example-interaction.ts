import { newSnowflake } from '../../core/example-jobs.ts';

/** Everything that the bot and a member want: all permissions but Administrator. */
export const ALLOWED = String(((1n << 50n) - 1n) & ~(1n << 3n));

export interface Asking {
  readonly id?: string;
  readonly name?: string;
  readonly options?: Readonly<Record<string, unknown>>;
  readonly userId?: string;
  readonly guildId?: string | null;
  readonly channelType?: number;
  readonly botPermissions?: string;
  readonly memberPermissions?: string;
}

/** A slash command as Discord delivers it, over the gateway or HTTP. */
export function commandInteraction(asking: Asking = {}): Record<string, unknown> {
  const { id = newSnowflake(), name = 'imagine', options = { prompt: 'a red house' }, userId = newSnowflake(), guildId = '300000000000000001' } = asking;
  const user = { id: userId, username: 'max', discriminator: '0', global_name: 'Max', avatar: null };
  return {
    version: 1,
    type: 2,
    id,
    application_id: '500000000000000001',
    token: `interaction-token-of-${id}`,
    channel_id: '400000000000000001',
    channel: { id: '400000000000000001', type: asking.channelType ?? 0 },
    ...(guildId === null
      ? { user }
      : { guild_id: guildId, member: { user, roles: [], permissions: asking.memberPermissions ?? ALLOWED } }),
    app_permissions: asking.botPermissions ?? ALLOWED,
    locale: 'en-US',
    entitlements: [],
    data: {
      id: '600000000000000001',
      name,
      type: 1,
      options: Object.entries(options).map(([option, value]) => ({ name: option, type: typeof value === 'string' ? 3 : 10, value })),
    },
  };
}
