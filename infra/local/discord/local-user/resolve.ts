/** The users, channels, roles and files that option values name, as the bot receives them beside the values. */
import { ApplicationCommandOptionType as T } from 'discord-api-types/v10';
import { attachmentUrl, viewAttachment } from '../messages/message-view.ts';
import { viewBareMember } from '../messages/member-view.ts';
import { checkUploadSizes, storeUpload } from '../messages/upload.ts';
import type { Upload } from '../messages/upload.ts';
import { viewUser } from '../messages/user-view.ts';
import { channelPermissions, guildPermissions } from '../permissions.ts';
import { viewChannel, viewRole } from '../rest/channel-view.ts';
import type { World } from '../world.ts';
import { LocalRefusal } from './local-refusal.ts';
import type { SentOption } from './option-values.ts';

type Resolved = Record<'users' | 'members' | 'roles' | 'channels' | 'attachments' | 'messages', Record<string, unknown>>;

export interface Resolving {
  readonly values: readonly SentOption[];
  readonly uploads: readonly Upload[];
  readonly userId: string;
  readonly channelId: string;
}

/** @throws {LocalRefusal} for what does not exist */
export async function resolveValues(world: World, { values, uploads, userId, channelId }: Resolving): Promise<{ readonly values: readonly SentOption[]; readonly resolved: Readonly<Record<string, unknown>> }> {
  checkUploadSizes(uploads);
  const resolved: Resolved = { users: {}, members: {}, roles: {}, channels: {}, attachments: {}, messages: {} };
  const sent: SentOption[] = [];
  for (const option of values) {
    sent.push(option.type === T.Attachment && option.value !== undefined ? { ...option, value: await attach(option, option.value) } : option);
    if (typeof option.value === 'string') lookUp(option, option.value);
  }
  return { values: sent, resolved: nonEmpty(resolved) };

  async function attach({ name }: SentOption, n: string | number | boolean): Promise<string> {
    const upload = uploads.find((candidate) => candidate.n === String(n));
    if (upload === undefined) throw new LocalRefusal('invalid-option', `${name}: the file is missing.`, name);
    const attachment = await storeUpload(world, channelId, upload, undefined);
    resolved.attachments[attachment.id] = viewAttachment(attachment, attachmentUrl(world, channelId, attachment), true);
    return attachment.id;
  }

  function lookUp({ name, type, focused }: SentOption, id: string): void {
    if (focused === true) return;
    const isUser = (type === T.User || type === T.Mentionable) && resolveUser(world, resolved, id);
    const role = type === T.Role || type === T.Mentionable ? world.store.roles.get(id) : undefined;
    if (role !== undefined) resolved.roles[id] = viewRole(role);
    const channel = type === T.Channel ? world.store.channels.get(id) : undefined;
    if (channel !== undefined) resolved.channels[id] = { ...viewChannel(world, channel, userId), permissions: `${channelPermissions(world, userId, channel)}` };
    const names = type === T.User || type === T.Mentionable || type === T.Role || type === T.Channel;
    if (names && !isUser && role === undefined && channel === undefined) throw new LocalRefusal('invalid-option', `${name}: nothing has the id ${id}.`, name);
  }
}

/** A user command's target, or a select menu's pick. */
export function resolveUser(world: World, resolved: { users: Record<string, unknown>; members: Record<string, unknown> }, id: string): boolean {
  const user = world.store.users.get(id);
  if (user === undefined) return false;
  resolved.users[id] = viewUser(user);
  const member = world.store.members.get(id);
  if (member !== undefined) resolved.members[id] = { ...viewBareMember(member), permissions: `${guildPermissions(world, id)}` };
  return true;
}

function nonEmpty(resolved: Resolved): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(resolved).filter(([, entries]) => Object.keys(entries).length > 0));
}
