/** Makes a message, edits one, deletes one: whoever asks, and whatever route it came by. */
import { EmbedType, MessageFlags, MessageType, PermissionFlagsBits as P } from 'discord-api-types/v10';
import type { APIEmbed } from 'discord-api-types/v10';
import { channelPermissions, may } from '../permissions.ts';
import { emptyMessage, invalidFormBody } from '../rest/discord-error.ts';
import type { AttachmentRecord, ChannelRecord, MessageRecord } from '../store/records.ts';
import type { AllowedMentions, AttachmentMention, MessageBody } from '../validation/bodies.ts';
import type { World } from '../world.ts';
import { findMentions } from './mentions.ts';
import { embeddedFilenames } from './message-view.ts';
import { checkUploadSizes, storeUpload } from './upload.ts';
import type { Upload } from './upload.ts';

export interface NewMessage {
  readonly channel: ChannelRecord;
  readonly authorId: string;
  readonly body: MessageBody;
  readonly uploads: readonly Upload[];
  /** Present on what answers an interaction. */
  readonly answer?: { readonly interactionId: string; readonly visibleTo: string | null; readonly loading: boolean; readonly type: MessageType; readonly replyTo: string | null };
}

/** Bits that a sender may set; https://discord.com/developers/docs/resources/message#message-object-message-flags */
const SENDER_FLAGS = MessageFlags.SuppressEmbeds | MessageFlags.SuppressNotifications | MessageFlags.IsComponentsV2;

/**
 * Makes and announces a message.
 * @throws {DiscordError} 40005 (file too large), 50006 (empty)
 */
export async function createMessage(world: World, { channel, authorId, body, uploads, answer }: NewMessage): Promise<MessageRecord> {
  checkUploadSizes(uploads);
  const content = trimmed(body.content);
  if (isEmpty(content, body, uploads.length) && answer?.loading !== true) throw emptyMessage();
  const replied = body.message_reference === undefined || body.message_reference === null ? undefined : world.store.messages.get(channel.id, body.message_reference.message_id);
  const attachments = await Promise.all(uploads.map((upload) => storeUpload(world, channel.id, upload, aboutUpload(body.attachments, upload))));
  const permissions = channelPermissions(world, authorId, channel);
  const visibleTo = answer?.visibleTo ?? null;
  const replyTo = replied?.id ?? answer?.replyTo ?? null;
  const message: MessageRecord = {
    id: world.ids.next(),
    channelId: channel.id,
    authorId,
    type: answer?.type ?? (replied === undefined ? MessageType.Default : MessageType.Reply),
    content,
    // Without Embed Links Discord drops embeds in silence; interactions answer through a webhook, which needs no permission.
    embeds: answer !== undefined || may(permissions, P.EmbedLinks) ? asRich(body.embeds ?? []) : [],
    components: body.components ?? [],
    attachments,
    flags: ((body.flags ?? 0) & SENDER_FLAGS) | (visibleTo === null ? 0 : MessageFlags.Ephemeral) | (answer?.loading === true ? MessageFlags.Loading : 0),
    mentions: findMentions(world, { content, allowed: allowedOrDefault(body.allowed_mentions, answer !== undefined), permissions, repliedUserId: replied?.authorId }),
    reactions: [],
    editedAt: null,
    nonce: body.nonce === '' ? null : (body.nonce ?? null),
    replyTo,
    interactionId: answer?.interactionId ?? null,
    visibleTo,
  };
  world.store.messages.put(message);
  noticeMissingFiles(world, message);
  world.events.emit({ type: 'message:created', message });
  return message;
}

/**
 * Edits and announces: a field that is absent stays as it is; `attachments`, when present, lists all that shall be there.
 * @throws {DiscordError} 40005, 50006, 50035
 */
export async function editMessage(world: World, message: MessageRecord, channel: ChannelRecord, body: MessageBody, uploads: readonly Upload[]): Promise<MessageRecord> {
  checkUploadSizes(uploads);
  const kept = keptAttachments(message.attachments, body.attachments, uploads);
  const content = body.content === undefined ? message.content : trimmed(body.content);
  const embeds = body.embeds === undefined ? message.embeds : asRich(body.embeds ?? []);
  const components = body.components === undefined ? message.components : body.components ?? [];
  if (isEmpty(content, { ...body, embeds, components }, kept.length + uploads.length)) throw emptyMessage();
  const added = await Promise.all(uploads.map((upload) => storeUpload(world, channel.id, upload, aboutUpload(body.attachments, upload))));
  const wasLoading = (message.flags & MessageFlags.Loading) !== 0;
  const suppress = body.flags === undefined || body.flags === null ? message.flags & MessageFlags.SuppressEmbeds : body.flags & MessageFlags.SuppressEmbeds;
  const permissions = channelPermissions(world, message.authorId, channel);
  const repliedUserId = message.mentions.userIds.find((id) => message.replyTo !== null && world.store.messages.get(channel.id, message.replyTo)?.authorId === id);
  const edited: MessageRecord = {
    ...message,
    content,
    embeds,
    components,
    attachments: [...kept, ...added],
    flags: (message.flags & ~MessageFlags.Loading & ~MessageFlags.SuppressEmbeds) | suppress | ((body.flags ?? 0) & MessageFlags.IsComponentsV2),
    mentions: findMentions(world, { content, allowed: allowedOrDefault(body.allowed_mentions, message.interactionId !== null), permissions, repliedUserId }),
    // The first content of a deferred reply is not an edit to those who read it.
    editedAt: wasLoading ? null : world.now(),
  };
  world.store.messages.put(edited);
  noticeMissingFiles(world, edited);
  world.events.emit({ type: 'message:updated', message: edited });
  const dropped = message.attachments.filter(({ id }) => !edited.attachments.some((attachment) => attachment.id === id));
  await Promise.all(dropped.map(({ id }) => world.files.delete(channel.id, id)));
  return edited;
}

export async function deleteMessage(world: World, message: MessageRecord): Promise<void> {
  world.store.messages.delete(message);
  world.events.emit({ type: 'message:deleted', message });
  await Promise.all(message.attachments.map(({ id }) => world.files.delete(message.channelId, id)));
}

function keptAttachments(present: readonly AttachmentRecord[], listed: readonly AttachmentMention[] | null | undefined, uploads: readonly Upload[]): readonly AttachmentRecord[] {
  if (listed === undefined) return present;
  const kept: AttachmentRecord[] = [];
  for (const [index, { id, description }] of (listed ?? []).entries()) {
    if (uploads.some(({ n }) => n === id)) continue;
    const attachment = present.find((candidate) => candidate.id === id);
    if (attachment === undefined) throw invalidFormBody([{ path: ['attachments', index, 'id'], code: 'MESSAGE_ATTACHMENT_NOT_FOUND', message: 'Unknown attachment' }]);
    kept.push(description === undefined ? attachment : { ...attachment, description });
  }
  return kept;
}

/** Discord takes an embed that shows a file which is not there, and shows nothing. */
function noticeMissingFiles(world: World, { embeds, attachments }: MessageRecord): void {
  for (const name of embeddedFilenames(embeds)) {
    if (!attachments.some(({ filename }) => filename === name)) world.notice(`an embed shows attachment://${name}, but its message has no such file`);
  }
}

/** `attachments[]` names a new file by its n. */
function aboutUpload(listed: readonly AttachmentMention[] | null | undefined, { n }: Upload): AttachmentMention | undefined {
  return (listed ?? []).find(({ id }) => id === n);
}

function isEmpty(content: string, { embeds, components, sticker_ids: stickers, poll }: MessageBody, files: number): boolean {
  return content === '' && (embeds ?? []).length + (components ?? []).length + (stickers ?? []).length + files === 0 && (poll ?? null) === null;
}

function trimmed(content: string | null | undefined): string {
  return (content ?? '').trim();
}

function asRich(embeds: readonly APIEmbed[]): readonly APIEmbed[] {
  return embeds.map((embed) => ({ ...embed, type: EmbedType.Rich }));
}

/** A webhook's default lets only users be mentioned; a message's lets all. */
function allowedOrDefault(allowed: AllowedMentions | null | undefined, isAnswer: boolean): AllowedMentions | undefined {
  return allowed ?? (isAnswer ? { parse: ['users'], replied_user: true } : undefined);
}
