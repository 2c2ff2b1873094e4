import * as v from 'valibot';

/** One use of a command, as far as we read it. */
export interface CommandInteraction {
  readonly kind: 'command';
  readonly id: string;
  readonly applicationId: string;
  readonly token: string;
  readonly userId: string;
  /** `null` in direct messages. */
  readonly guildId: string | null;
  readonly channelId: string;
  readonly inThread: boolean;
  /** What the bot, and the person, may do in this channel; `undefined` in direct messages. */
  readonly botPermissions: bigint | undefined;
  readonly memberPermissions: bigint | undefined;
  readonly name: string;
  readonly options: ReadonlyMap<string, string | number | boolean>;
}

export type Interaction =
  | CommandInteraction
  | { readonly kind: 'ping' }
  | { readonly kind: 'autocomplete' }
  /** A kind that we have no use for yet, or a payload that we cannot read. */
  | { readonly kind: 'unreadable'; readonly field: string };

const id = v.pipe(v.string(), v.regex(/^\d{1,20}$/));
const bits = v.pipe(v.string(), v.regex(/^\d+$/), v.transform((digits) => BigInt(digits)));
const person = v.object({ id });

const commandInteraction = v.object({
  id,
  application_id: id,
  token: v.pipe(v.string(), v.minLength(1)),
  guild_id: v.optional(id),
  channel_id: v.optional(id),
  channel: v.optional(v.object({ id, type: v.optional(v.number()) })),
  member: v.optional(v.object({ user: person, permissions: bits })),
  user: v.optional(person),
  app_permissions: v.optional(bits),
  data: v.object({
    name: v.string(),
    options: v.optional(v.array(v.object({ name: v.string(), value: v.union([v.string(), v.number(), v.boolean()]) })), []),
  }),
});

const TYPES = { 1: 'ping', 2: 'command', 4: 'autocomplete' } as const;
const kindOf = v.object({ type: v.picklist([1, 2, 4]) });

/** The types of announcement, public and private threads. */
const THREADS: ReadonlySet<number> = new Set([10, 11, 12]);

/** Parses an interaction of the gateway or of the webhook; both have one form. Never throws. */
export function parseInteraction(raw: unknown): Interaction {
  const type = v.safeParse(kindOf, raw);
  if (!type.success) return { kind: 'unreadable', field: 'type' };
  const kind = TYPES[type.output.type];
  if (kind !== 'command') return { kind };
  const parsed = v.safeParse(commandInteraction, raw);
  if (!parsed.success) return { kind: 'unreadable', field: v.getDotPath(parsed.issues[0]) ?? 'payload' };
  const { output } = parsed;
  const userId = output.member?.user.id ?? output.user?.id;
  const channelId = output.channel?.id ?? output.channel_id;
  if (userId === undefined || channelId === undefined) return { kind: 'unreadable', field: userId ? 'channel_id' : 'user' };
  const inGuild = output.guild_id !== undefined;
  return {
    kind,
    id: output.id,
    applicationId: output.application_id,
    token: output.token,
    userId,
    guildId: output.guild_id ?? null,
    channelId,
    inThread: THREADS.has(output.channel?.type ?? -1),
    botPermissions: inGuild ? output.app_permissions : undefined,
    memberPermissions: output.member?.permissions,
    name: output.data.name,
    options: new Map(output.data.options.map(({ name, value }) => [name, value])),
  };
}
