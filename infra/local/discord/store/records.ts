/** What the local Discord remembers. Records are replaced, never changed in place. Times are epoch milliseconds. */
import type {
  APIApplicationCommand,
  APIEmbed,
  APIMessageTopLevelComponent,
  APIModalInteractionResponseCallbackData,
  InteractionType,
  MessageFlags,
  MessageType,
} from 'discord-api-types/v10';

export interface ApplicationRecord {
  readonly id: string;
  readonly name: string;
  readonly botUserId: string;
  readonly token: string;
  /** Raw Ed25519 public key, hex: what Discord's portal shows. */
  readonly publicKey: string;
  /** PKCS#8, base64. */
  readonly privateKey: string;
  /** Interactions go there by HTTP instead of over the gateway. */
  readonly interactionsUrl: string | null;
}

export interface GuildRecord {
  readonly id: string;
  readonly name: string;
  readonly ownerId: string;
}

export interface UserRecord {
  readonly id: string;
  readonly username: string;
  readonly displayName: string;
  readonly bot: boolean;
  readonly dmsClosed: boolean;
}

export interface MemberRecord {
  readonly userId: string;
  readonly roleIds: readonly string[];
  readonly joinedAt: number;
}

export interface RoleRecord {
  readonly id: string;
  readonly name: string;
  /** 0xRRGGBB; 0 is no colour. */
  readonly color: number;
  readonly position: number;
  /** Decimal bit set. */
  readonly permissions: string;
  readonly mentionable: boolean;
  /** The bot whose own role this is. */
  readonly botId: string | null;
}

export interface OverwriteRecord {
  /** A role's id or a member's. */
  readonly id: string;
  readonly kind: 'role' | 'member';
  readonly allow: string;
  readonly deny: string;
}

export interface GuildChannelRecord {
  readonly kind: 'text';
  readonly id: string;
  readonly name: string;
  readonly topic: string | null;
  readonly position: number;
  readonly overwrites: readonly OverwriteRecord[];
}

export interface DirectChannelRecord {
  readonly kind: 'dm';
  readonly id: string;
  /** Two users, one of them a bot. */
  readonly userIds: readonly [string, string];
}

export type ChannelRecord = GuildChannelRecord | DirectChannelRecord;

export interface AttachmentRecord {
  readonly id: string;
  readonly filename: string;
  readonly description: string | null;
  readonly contentType: string | null;
  readonly size: number;
  readonly width: number | null;
  readonly height: number | null;
}

export interface ReactionRecord {
  /** `id` is null for a Unicode emoji. */
  readonly emoji: { readonly id: string | null; readonly name: string };
  readonly userIds: readonly string[];
}

export interface MentionsRecord {
  readonly userIds: readonly string[];
  readonly roleIds: readonly string[];
  readonly everyone: boolean;
}

export interface MessageRecord {
  readonly id: string;
  readonly channelId: string;
  readonly authorId: string;
  readonly type: MessageType;
  readonly content: string;
  readonly embeds: readonly APIEmbed[];
  readonly components: readonly APIMessageTopLevelComponent[];
  readonly attachments: readonly AttachmentRecord[];
  readonly flags: MessageFlags;
  readonly mentions: MentionsRecord;
  readonly reactions: readonly ReactionRecord[];
  readonly editedAt: number | null;
  readonly nonce: string | number | null;
  readonly replyTo: string | null;
  /** Set on what an application posted through an interaction. */
  readonly interactionId: string | null;
  /** An ephemeral message: the only user who sees it. */
  readonly visibleTo: string | null;
}

export interface CommandRecord {
  /** `null`: global. */
  readonly guildId: string | null;
  readonly command: APIApplicationCommand;
}

/** One use of a command, button or modal. */
export interface InteractionRecord {
  readonly id: string;
  readonly token: string;
  readonly applicationId: string;
  readonly type: InteractionType;
  readonly userId: string;
  readonly channelId: string;
  readonly createdAt: number;
  readonly commandName: string | null;
  /** The message whose button was pressed. */
  readonly sourceMessageId: string | null;
  /** For a modal: the interaction that it answered. */
  readonly triggerId: string | null;
  /** For user and message commands. */
  readonly targetId: string | null;
  /** `missed`: nothing came within three seconds. */
  readonly state: 'unanswered' | 'answered' | 'missed';
  /** What `@original` names, once there is such a message. */
  readonly originalMessageId: string | null;
  readonly modal: APIModalInteractionResponseCallbackData | null;
}
