/** What Discord tells us of one interaction, parsed (see parse-interaction.ts). */

/** What every interaction has. */
export interface Asked {
  readonly id: string;
  readonly applicationId: string;
  /** Good for 15 minutes; never logged. */
  readonly token: string;
  /** Epoch milliseconds at which it came: Discord waits three seconds from about then. */
  readonly receivedAt: number;
  readonly userId: string;
  /** `null` in direct messages. */
  readonly guildId: string | null;
  readonly channelId: string;
  readonly inThread: boolean;
  /** The channel that the thread belongs to. */
  readonly parentChannelId: string | undefined;
  /** What the bot, and the person, may do in this channel; `undefined` in direct messages. */
  readonly botPermissions: bigint | undefined;
  readonly memberPermissions: bigint | undefined;
  /** None in direct messages; the guild's own id, the role of everyone, is not among them. */
  readonly memberRoleIds: readonly string[];
  /** Whether Discord lets only adults into this channel, as far as is known. */
  readonly isAgeRestricted?: boolean;
  /** How large a file Discord takes in answer, in bytes. */
  readonly attachmentBytes?: number;
  /** The person's language, e.g. `en-US`. */
  readonly locale: string;
}

/** A string for users, roles, channels and attachments too: their id, to be looked up in `resolved`. */
export type OptionValue = string | number | boolean;
export type Options = ReadonlyMap<string, OptionValue>;

/** A slash command. */
export interface CommandInteraction extends Asked {
  readonly kind: 'command';
  readonly name: string;
  /** `[]` for `/imagine`, `['set']` for `/quota set`, `['rules', 'add']` inside a group. */
  readonly subcommand: readonly string[];
  readonly options: Options;
  readonly resolved: Resolved;
}

/** Someone types an option of a slash command; what stands in the others so far is in `options`. */
export interface AutocompleteInteraction extends Asked {
  readonly kind: 'autocomplete';
  readonly name: string;
  readonly subcommand: readonly string[];
  readonly options: Options;
  readonly focused: { readonly name: string; readonly value: string };
}

/** A command of a message's context menu (Apps → …). */
export interface MessageCommandInteraction extends Asked {
  readonly kind: 'message-command';
  readonly name: string;
  readonly message: SeenMessage;
}

/** A button pressed, or a menu picked from. */
export interface ComponentInteraction extends Asked {
  readonly kind: 'component';
  readonly customId: string;
  /** What was picked; none for a button. */
  readonly values: readonly string[];
  readonly message: SeenMessage;
  readonly resolved: Resolved;
}

/** A modal, filled in and sent. */
export interface ModalInteraction extends Asked {
  readonly kind: 'modal';
  readonly customId: string;
  /** Texts by the custom id of their field. */
  readonly fields: ReadonlyMap<string, string>;
  /** What was picked from menus, by the custom id of the menu. */
  readonly choices: ReadonlyMap<string, readonly string[]>;
  /** The message whose button opened it; `undefined` when a command did. */
  readonly message: SeenMessage | undefined;
}

export type Interaction =
  | CommandInteraction
  | MessageCommandInteraction
  | AutocompleteInteraction
  | ComponentInteraction
  | ModalInteraction
  | { readonly kind: 'ping' }
  /** A kind that we have no use for, or a payload that we cannot read; `field` is what did not fit. */
  | { readonly kind: 'unreadable'; readonly field: string };

/** What the ids among the options or values stand for, by id. */
export interface Resolved {
  readonly attachments: ReadonlyMap<string, Attachment>;
  readonly users: ReadonlyMap<string, { readonly id: string; readonly bot: boolean }>;
  /** Of those users who are members here. */
  readonly members: ReadonlyMap<string, { readonly roleIds: readonly string[] }>;
  readonly roles: ReadonlyMap<string, { readonly id: string; readonly name: string }>;
  readonly channels: ReadonlyMap<string, { readonly id: string; readonly type: number }>;
}

/** A file on Discord's servers. */
export interface Attachment {
  readonly id: string;
  readonly filename: string;
  /** As its sender says; not to be relied on. */
  readonly contentType: string | undefined;
  readonly bytes: number;
  /** Signed, and good for about a day. */
  readonly url: string;
  /** Pixels; for pictures only. */
  readonly width: number | undefined;
  readonly height: number | undefined;
}

/** The message that a component sits on, or that a message command was used on. */
export interface SeenMessage {
  readonly id: string;
  readonly channelId: string;
  readonly authorId: string;
  readonly attachments: readonly Attachment[];
}
