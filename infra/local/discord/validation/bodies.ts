/** Request bodies after they passed their schema. */
import type {
  APIApplicationCommandOption,
  APIApplicationCommandOptionChoice,
  APIEmbed,
  APIMessageTopLevelComponent,
  APIModalInteractionResponseCallbackData,
  ApplicationCommandType,
  ApplicationIntegrationType,
  InteractionContextType,
  InteractionResponseType,
  MessageFlags,
} from 'discord-api-types/v10';

export interface AllowedMentions {
  readonly parse?: readonly ('users' | 'roles' | 'everyone')[] | null;
  readonly users?: readonly string[] | null;
  readonly roles?: readonly string[] | null;
  readonly replied_user?: boolean | null;
}

/** `id` is a kept attachment's id, or the n of a new `files[n]`. */
export interface AttachmentMention {
  readonly id: string;
  readonly filename?: string | null;
  readonly description?: string | null;
}

/** Of every route that makes or edits a message; each schema allows a part of it. */
export interface MessageBody {
  readonly content?: string | null;
  readonly embeds?: readonly APIEmbed[] | null;
  readonly components?: readonly APIMessageTopLevelComponent[] | null;
  readonly attachments?: readonly AttachmentMention[] | null;
  readonly allowed_mentions?: AllowedMentions | null;
  readonly flags?: MessageFlags | null;
  readonly nonce?: string | number | null;
  readonly enforce_nonce?: boolean | null;
  readonly message_reference?: { readonly message_id: string; readonly fail_if_not_exists?: boolean | null } | null;
  readonly sticker_ids?: readonly string[] | null;
  readonly poll?: unknown;
}

export interface CallbackBody {
  readonly type: InteractionResponseType;
  readonly data?: (MessageBody & Partial<APIModalInteractionResponseCallbackData> & { readonly choices?: readonly APIApplicationCommandOptionChoice[] | null }) | null;
}

type Localizations = Readonly<Record<string, string>>;

export interface CommandBody {
  readonly id?: string | null;
  readonly name: string;
  readonly name_localizations?: Localizations | null;
  readonly description?: string | null;
  readonly description_localizations?: Localizations | null;
  readonly options?: readonly APIApplicationCommandOption[] | null;
  /** Discord documents a string of bits; its schema says number: `readBody` turns the one into the other. */
  readonly default_member_permissions?: number | null;
  readonly dm_permission?: boolean | null;
  readonly contexts?: readonly InteractionContextType[] | null;
  readonly integration_types?: readonly ApplicationIntegrationType[] | null;
  readonly type?: ApplicationCommandType | null;
  readonly nsfw?: boolean | null;
}
