import * as v from 'valibot';
import type { Asked, Attachment, Interaction, OptionValue, SeenMessage } from './interaction.ts';

const id = v.pipe(v.string(), v.regex(/^\d{1,20}$/));
const bits = v.pipe(v.string(), v.regex(/^\d+$/), v.transform((digits) => BigInt(digits)));
const person = v.object({ id, bot: v.optional(v.boolean(), false) });
const pixels = v.nullish(v.number());

const asked = {
  id,
  application_id: id,
  token: v.pipe(v.string(), v.minLength(1)),
  guild_id: v.optional(id),
  channel_id: v.optional(id),
  channel: v.optional(v.object({ id, type: v.optional(v.number()), parent_id: v.nullish(id), nsfw: v.optional(v.boolean(), false) })),
  attachment_size_limit: v.optional(v.pipe(v.number(), v.minValue(1))),
  member: v.optional(v.object({ user: person, permissions: bits, roles: v.optional(v.array(id), []) })),
  user: v.optional(person),
  app_permissions: v.optional(bits),
  locale: v.optional(v.string(), 'en-US'),
};

const attachment = v.pipe(
  v.object({
    id,
    filename: v.string(),
    content_type: v.nullish(v.string()),
    size: v.number(),
    url: v.pipe(v.string(), v.url()),
    width: pixels,
    height: pixels,
  }),
  v.transform(
    ({ content_type, size, width, height, ...file }): Attachment => ({
      ...file,
      contentType: content_type ?? undefined,
      bytes: size,
      width: width ?? undefined,
      height: height ?? undefined,
    }),
  ),
);

const message = v.pipe(
  v.object({ id, channel_id: id, author: person, attachments: v.optional(v.array(attachment), []) }),
  v.transform(({ channel_id, author, attachments, ...rest }): SeenMessage => ({ ...rest, channelId: channel_id, authorId: author.id, attachments })),
);

const byId = <const S extends v.GenericSchema>(entry: S) =>
  v.pipe(
    v.optional(v.record(v.string(), entry), {}),
    v.transform((entries): ReadonlyMap<string, v.InferOutput<S>> => new Map(Object.entries(entries))),
  );
const resolvedEntries = v.object({
  attachments: byId(attachment),
  users: byId(person),
  members: byId(v.pipe(v.object({ roles: v.optional(v.array(id), []) }), v.transform(({ roles }) => ({ roleIds: roles })))),
  roles: byId(v.object({ id, name: v.string() })),
  channels: byId(v.object({ id, type: v.number() })),
});
const resolved = v.optional(resolvedEntries, {});

const value = v.union([v.string(), v.number(), v.boolean()]);
const option = v.object({ name: v.string(), value, focused: v.optional(v.boolean(), false) });
const subcommand = v.object({ name: v.string(), type: v.literal(1), options: v.optional(v.array(option), []) });
const group = v.object({ name: v.string(), type: v.literal(2), options: v.tuple([subcommand]) });
const options = v.optional(v.union([v.array(option), v.tuple([subcommand]), v.tuple([group])]), []);

const command = v.object({ ...asked, data: v.object({ type: v.optional(v.literal(1), 1), name: v.string(), options, resolved }) });
const messageCommand = v.object({
  ...asked,
  data: v.object({ type: v.literal(3), name: v.string(), target_id: id, resolved: v.object({ messages: v.record(v.string(), message) }) }),
});
const component = v.object({ ...asked, message, data: v.object({ custom_id: v.string(), values: v.optional(v.array(v.string()), []), resolved }) });

const field = v.object({ custom_id: v.string(), value: v.optional(v.string()), values: v.optional(v.array(v.string())) });
/** Fields stand in action rows, one or more each, or singly in labels. */
const fieldRow = v.union([v.object({ components: v.array(field) }), v.pipe(v.object({ component: field }), v.transform((label) => ({ components: [label.component] })))]);
const modal = v.object({ ...asked, message: v.optional(message), data: v.object({ custom_id: v.string(), components: v.array(fieldRow) }) });

/** https://discord.com/developers/docs/interactions/receiving-and-responding#interaction-object-interaction-type */
const kindOf = v.object({ type: v.picklist([1, 2, 3, 4, 5]), data: v.optional(v.object({ type: v.optional(v.number()) })) });
const MESSAGE_COMMAND = 3;

/** Parses an interaction of the gateway or of the webhook, which came at `receivedAt` (epoch ms); both have one form. Never throws. */
export function parseInteraction(raw: unknown, receivedAt: number): Interaction {
  const parsed = parseOf(raw);
  return 'token' in parsed ? { ...parsed, receivedAt } : parsed;
}

type Untimed<T> = T extends Asked ? Omit<T, 'receivedAt'> : T;

function parseOf(raw: unknown): Untimed<Interaction> {
  const outer = v.safeParse(kindOf, raw);
  if (!outer.success) return unreadable(outer.issues[0]);
  switch (outer.output.type) {
    case 1:
      return { kind: 'ping' };
    case 2:
      return outer.output.data?.type === MESSAGE_COMMAND ? parseMessageCommand(raw) : parseCommand(raw);
    case 3:
      return read(component, raw, ({ message, data }, common) => ({ ...common, kind: 'component', customId: data.custom_id, values: data.values, message, resolved: data.resolved }));
    case 4:
      return parseAutocomplete(raw);
    case 5:
      return parseModal(raw);
  }
}

function parseCommand(raw: unknown): Untimed<Interaction> {
  return read(command, raw, ({ data }, common) => {
    const { path, leaves } = flatten(data.options);
    return { ...common, kind: 'command', name: data.name, subcommand: path, options: valuesOf(leaves), resolved: data.resolved };
  });
}

function parseAutocomplete(raw: unknown): Untimed<Interaction> {
  return read(command, raw, ({ data }, common) => {
    const { path, leaves } = flatten(data.options);
    const focused = leaves.find((leaf) => leaf.focused);
    if (!focused) return { kind: 'unreadable', field: 'data.options' };
    const others = leaves.filter((leaf) => leaf !== focused);
    return { ...common, kind: 'autocomplete', name: data.name, subcommand: path, options: valuesOf(others), focused: { name: focused.name, value: String(focused.value) } };
  });
}

function parseMessageCommand(raw: unknown): Untimed<Interaction> {
  return read(messageCommand, raw, ({ data }, common) => {
    const target = data.resolved.messages[data.target_id];
    if (!target) return { kind: 'unreadable', field: 'data.resolved.messages' };
    return { ...common, kind: 'message-command', name: data.name, message: target };
  });
}

function parseModal(raw: unknown): Untimed<Interaction> {
  return read(modal, raw, ({ message, data }, common) => {
    const filled = data.components.flatMap(({ components }) => components);
    const fields = filled.flatMap((each) => (each.value === undefined ? [] : [[each.custom_id, each.value] as const]));
    const choices = filled.flatMap((each) => (each.values === undefined ? [] : [[each.custom_id, each.values] as const]));
    return { ...common, kind: 'modal', customId: data.custom_id, fields: new Map(fields), choices: new Map(choices), message };
  });
}

type Outer = v.InferOutput<v.ObjectSchema<typeof asked, undefined>>;

function read<S extends v.GenericSchema<unknown, Outer>>(schema: S, raw: unknown, build: (output: v.InferOutput<S>, common: Untimed<Asked>) => Untimed<Interaction>): Untimed<Interaction> {
  const parsed = v.safeParse(schema, raw);
  if (!parsed.success) return unreadable(parsed.issues[0]);
  const common = commonOf(parsed.output);
  return 'kind' in common ? common : build(parsed.output, common);
}

/** The types of announcement, public and private threads. */
const THREADS: ReadonlySet<number> = new Set([10, 11, 12]);

function commonOf(output: Outer): Untimed<Asked> | { readonly kind: 'unreadable'; readonly field: string } {
  const userId = output.member?.user.id ?? output.user?.id;
  const channelId = output.channel?.id ?? output.channel_id;
  if (userId === undefined || channelId === undefined) return { kind: 'unreadable', field: userId ? 'channel_id' : 'user' };
  const inThread = THREADS.has(output.channel?.type ?? -1);
  const inGuild = output.guild_id !== undefined;
  return {
    id: output.id,
    applicationId: output.application_id,
    token: output.token,
    userId,
    guildId: output.guild_id ?? null,
    channelId,
    inThread,
    // Of a channel that is no thread, the parent is its category.
    parentChannelId: inThread ? (output.channel?.parent_id ?? undefined) : undefined,
    botPermissions: inGuild ? output.app_permissions : undefined,
    memberPermissions: output.member?.permissions,
    memberRoleIds: output.member?.roles ?? [],
    ...(output.channel?.nsfw && { isAgeRestricted: true }),
    ...(output.attachment_size_limit !== undefined && { attachmentBytes: output.attachment_size_limit }),
    locale: output.locale,
  };
}

type Leaf = v.InferOutput<typeof option>;

/** Takes the options out of the subcommands that they stand in. */
function flatten(given: v.InferOutput<typeof options>): { readonly path: readonly string[]; readonly leaves: readonly Leaf[] } {
  const [first] = given;
  if (!first || 'value' in first) return { path: [], leaves: given.filter((each): each is Leaf => 'value' in each) };
  const inner = flatten(first.options);
  return { path: [first.name, ...inner.path], leaves: inner.leaves };
}

function valuesOf(leaves: readonly Leaf[]): ReadonlyMap<string, OptionValue> {
  return new Map(leaves.map((leaf) => [leaf.name, leaf.value]));
}

function unreadable(issue: v.BaseIssue<unknown>): Interaction {
  return { kind: 'unreadable', field: v.getDotPath(issue) ?? 'payload' };
}

