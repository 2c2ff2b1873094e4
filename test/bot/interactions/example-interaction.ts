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
  const { name = 'imagine', options = { prompt: 'a red house' } } = asking;
  const values = Object.entries(options).map(([option, value]) => ({ name: option, type: typeof value === 'string' ? 3 : 10, value }));
  return { ...interaction(asking), type: 2, data: { id: '600000000000000001', name, type: 1, options: values } };
}

/** A message as Discord shows it beside an interaction, with files of these names. */
export function seenMessage(messageId: string, filenames: readonly string[] = []): Record<string, unknown> {
  const attachments = filenames.map((filename, i) => ({ id: String(i), filename, size: 3, url: `https://cdn.discordapp.com/attachments/1/2/${filename}?ex=1`, content_type: 'image/png', width: 512, height: 512 }));
  return { id: messageId, channel_id: '400000000000000001', author: { id: '500000000000000001', username: 'refinery', bot: true }, content: '', attachments, components: [] };
}

/** A button pressed. */
export function pressInteraction(customId: string, message: Record<string, unknown>, asking: Asking = {}): Record<string, unknown> {
  return { ...interaction(asking), type: 3, message, data: { custom_id: customId, component_type: 2 } };
}

/** A command of a message's menu. */
export function messageCommandInteraction(name: string, message: Record<string, unknown>, asking: Asking = {}): Record<string, unknown> {
  const targetId = String(message['id']);
  return { ...interaction(asking), type: 2, data: { id: '600000000000000002', name, type: 3, target_id: targetId, resolved: { messages: { [targetId]: message } } } };
}

/** A modal sent, its fields in labels. */
export function modalInteraction(customId: string, fields: Readonly<Record<string, string>>, asking: Asking = {}): Record<string, unknown> {
  const components = Object.entries(fields).map(([name, value], i) => ({ type: 18, id: i, component: { type: 4, id: 10 + i, custom_id: name, value } }));
  return { ...interaction(asking), type: 5, data: { custom_id: customId, components } };
}

function interaction(asking: Asking): Record<string, unknown> {
  const { id = newSnowflake(), userId = newSnowflake(), guildId = '300000000000000001' } = asking;
  const user = { id: userId, username: 'max', discriminator: '0', global_name: 'Max', avatar: null };
  return {
    version: 1,
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
  };
}
