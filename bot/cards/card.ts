/**
 * A card is one message of ours, whole: sending it as an edit replaces all that the message showed before.
 *
 * Nothing that a person wrote goes into `content`; prompts stand in embeds, where a mention never pings, and the
 * allowed mentions are closed besides.
 */
import type { APIAllowedMentions, APIEmbed, RESTPostAPIChannelMessageJSONBody } from 'discord-api-types/v10';
import type { Row } from './components.ts';

/** The message body of an edit, a follow-up or an interaction's answer. */
export interface Card {
  readonly content: string;
  readonly embeds: APIEmbed[];
  readonly attachments: CardAttachment[];
  readonly components: Row[];
  readonly allowed_mentions: APIAllowedMentions;
}

/** One uploaded file: `id` is the index of the file among those sent along, `description` its alt text. */
export interface CardAttachment {
  readonly id: string;
  readonly filename: string;
  readonly description?: string;
}

/** A card that leaves the message's files as they are: Discord keeps those that an edit says nothing of. */
export type CardOverFiles = Omit<Card, 'attachments'>;

export function overFiles({ content, embeds, components, allowed_mentions }: Card): CardOverFiles {
  return { content, embeds, components, allowed_mentions };
}

/** A card with what only a message in a channel has. */
export type ChannelPost = Card & Pick<RESTPostAPIChannelMessageJSONBody, 'message_reference' | 'nonce' | 'enforce_nonce'>;

/** The longest alt text Discord takes (https://discord.com/developers/docs/resources/message#attachment-object). */
export const MAX_ALT_TEXT_LENGTH = 1024;
/** The longest `nonce` Discord takes. */
export const MAX_NONCE_LENGTH = 25;

export function createCard(embed: APIEmbed, attachments: readonly CardAttachment[] = [], components: readonly Row[] = []): Card {
  return { content: '', embeds: [embed], attachments: [...attachments], components: [...components], allowed_mentions: { parse: [] } };
}

/** Puts a mention of the asker, and of nobody else, before the card: for posts that Discord does not show as an answer to them. */
export function mentioning<C extends Card>(card: C, userId: string): C {
  return {
    ...card,
    content: `<@${userId}> ${card.content}`.trimEnd(),
    allowed_mentions: { ...card.allowed_mentions, users: [userId] },
  };
}

/** Makes the card a reply; it is still posted when the message it replies to is gone. */
export function asReply<C extends Card>(card: C, messageId: string): C & ChannelPost {
  return {
    ...card,
    allowed_mentions: { ...card.allowed_mentions, replied_user: false },
    message_reference: { message_id: messageId, fail_if_not_exists: false },
  };
}

/**
 * Lets Discord itself refuse to post the same thing twice within a few minutes: a second post with an equal nonce gets
 * the first message back. The end of a longer job id is kept, as that is the part which differs.
 */
export function once<C extends Card>(card: C, jobId: string): C & ChannelPost {
  return { ...card, nonce: jobId.slice(-MAX_NONCE_LENGTH), enforce_nonce: true };
}
