/** A message as the API shows it. https://discord.com/developers/docs/resources/message#message-object */
import type { APIAttachment, APIEmbed, APIMessage, APIReaction } from 'discord-api-types/v10';
import { MessageReferenceType } from 'discord-api-types/v10';
import type { AttachmentRecord, MessageRecord, ReactionRecord } from '../store/records.ts';
import { snowflakeTime } from '../store/snowflake.ts';
import { guildIdOf, userOf } from '../world.ts';
import type { World } from '../world.ts';
import { viewOrigin } from './message-origin.ts';
import { viewUser } from './user-view.ts';

/** The message as `viewerId` sees it (`reactions[].me`). */
export function viewMessage(world: World, record: MessageRecord, viewerId: string): APIMessage {
  const message = viewWithoutReply(world, record, viewerId);
  if (record.replyTo === null) return message;
  const original = world.store.messages.get(record.channelId, record.replyTo);
  return { ...message, referenced_message: original === undefined ? null : viewWithoutReply(world, original, viewerId) };
}

function viewWithoutReply(world: World, record: MessageRecord, viewerId: string): APIMessage {
  const url = (attachment: AttachmentRecord): string => attachmentUrl(world, record.channelId, attachment);
  const inEmbeds = embeddedFilenames(record.embeds);
  const interaction = record.interactionId === null ? undefined : world.store.interactions.get(record.interactionId);
  const channel = world.store.channels.get(record.channelId);
  const guildId = channel === undefined ? undefined : guildIdOf(world, channel);
  return {
    id: record.id,
    channel_id: record.channelId,
    author: viewUser(userOf(world, record.authorId)),
    type: record.type,
    content: record.content,
    timestamp: new Date(snowflakeTime(record.id)).toISOString(),
    edited_timestamp: record.editedAt === null ? null : new Date(record.editedAt).toISOString(),
    tts: false,
    pinned: false,
    flags: record.flags,
    mention_everyone: record.mentions.everyone,
    mentions: record.mentions.userIds.map((id) => viewUser(userOf(world, id))),
    mention_roles: [...record.mentions.roleIds],
    // A file that an embed shows leaves the list, and is back when the embed no longer shows it (discord-api-docs#1340).
    attachments: record.attachments.filter(({ filename }) => !inEmbeds.has(filename)).map((attachment) => viewAttachment(attachment, url(attachment), record.visibleTo !== null)),
    embeds: record.embeds.map((embed) => viewEmbed(embed, record.attachments, url)),
    components: [...record.components],
    ...(record.reactions.length > 0 && { reactions: viewReactions(record.reactions, viewerId) }),
    ...(record.nonce !== null && { nonce: record.nonce }),
    ...(record.replyTo !== null && {
      message_reference: { type: MessageReferenceType.Default, message_id: record.replyTo, channel_id: record.channelId, ...(guildId !== undefined && { guild_id: guildId }) },
    }),
    ...(interaction !== undefined && viewOrigin(world, interaction)),
  };
}

export function viewReactions(reactions: readonly ReactionRecord[], viewerId: string): APIReaction[] {
  return reactions.map(({ emoji, userIds }) => ({
    emoji: { id: emoji.id, name: emoji.name },
    count: userIds.length,
    count_details: { burst: 0, normal: userIds.length },
    me: userIds.includes(viewerId),
    me_burst: false,
    burst_colors: [],
  }));
}

export function attachmentUrl(world: World, channelId: string, { id, filename }: AttachmentRecord): string {
  return `${world.origin()}/cdn/attachments/${channelId}/${id}/${encodeURIComponent(filename)}`;
}

export function viewAttachment(attachment: AttachmentRecord, url: string, ephemeral = false): APIAttachment {
  const { id, filename, description, contentType, size, width, height } = attachment;
  return {
    id, filename, size, url, proxy_url: url,
    ...(description !== null && { description }),
    ...(contentType !== null && { content_type: contentType }),
    ...(width !== null && height !== null && { width, height }),
    ...(ephemeral && { ephemeral }),
  };
}

const ATTACHMENT_SCHEME = 'attachment://';

/** Files that embeds speak of. */
export function embeddedFilenames(embeds: readonly APIEmbed[]): ReadonlySet<string> {
  const urls = embeds.flatMap(({ image, thumbnail, author, footer }) => [image?.url, thumbnail?.url, author?.icon_url, footer?.icon_url]);
  return new Set(urls.flatMap((url) => (url?.startsWith(ATTACHMENT_SCHEME) === true ? url.slice(ATTACHMENT_SCHEME.length) : [])));
}

function viewEmbed(embed: APIEmbed, attachments: readonly AttachmentRecord[], urlOf: (attachment: AttachmentRecord) => string): APIEmbed {
  const find = (url: string | undefined): AttachmentRecord | undefined =>
    url?.startsWith(ATTACHMENT_SCHEME) === true ? attachments.find(({ filename }) => filename === url.slice(ATTACHMENT_SCHEME.length)) : undefined;
  const picture = <Media extends { url: string }>(media: Media): Media => {
    const attachment = find(media.url);
    if (attachment === undefined) return media;
    const url = urlOf(attachment);
    return { ...media, url, proxy_url: url, ...(attachment.width !== null && { width: attachment.width, height: attachment.height }) };
  };
  const icon = <Part extends { icon_url?: string }>(part: Part): Part => {
    const attachment = find(part.icon_url);
    return attachment === undefined ? part : { ...part, icon_url: urlOf(attachment) };
  };
  return {
    ...embed,
    ...(embed.image !== undefined && { image: picture(embed.image) }),
    ...(embed.thumbnail !== undefined && { thumbnail: picture(embed.thumbnail) }),
    ...(embed.author !== undefined && { author: icon(embed.author) }),
    ...(embed.footer !== undefined && { footer: icon(embed.footer) }),
  };
}
