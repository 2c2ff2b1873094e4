/**
 * What people's clients say to the local Discord: the web page, and `npm start -- --once` which has no page.
 *
 * A local user is one of the seeded people (Ada the admin, Max the member, …). There is no login: every call names its
 * user. Left out, it is the guild's owner; one who is not there gets 404 `unknown-user`, and on the socket the close code
 * 4404 (a browser that remembers somebody from a data folder since deleted). Bots never come here; they use the REST API
 * and the gateway under `/api`.
 *
 * Over HTTP (JSON; errors are `LocalError` with status 400, 403, 404 or 413):
 *
 * | call | body | answer |
 * | --- | --- | --- |
 * | GET    /local/state?user=ID | – | `LocalState` |
 * | GET    /local/channels/:channel/messages?user=ID&before=ID&limit=50 | – | `LocalMessage[]`, newest first |
 * | POST   /local/channels/:channel/messages?user=ID | `SendMessage`* | `LocalMessage` |
 * | DELETE /local/channels/:channel/messages/:message?user=ID | – | 204; an ephemeral message is dismissed |
 * | PUT, DELETE /local/channels/:channel/messages/:message/reactions/:emoji?user=ID | – | 204; emoji URI-encoded, `name:id` if custom |
 * | GET    /local/channels/:channel/messages/:message/reactions/:emoji?user=ID | – | `LocalUser[]` who reacted |
 * | POST   /local/interactions?user=ID | `LocalInteraction`* | `InteractionOutcome`, within about 3 seconds |
 * | POST   /local/channels?user=ID | `{ "name": … }` | `LocalChannel`; administrators only, as the next two |
 * | DELETE /local/channels/:channel?user=ID | – | 204 |
 * | PUT    /local/channels/:channel/denied?user=ID | `{ "who": ID, "permissions": "32768" }`, a role or a member and the bits that they lack here | 204 |
 * | POST   /local/dms?user=ID | `{ "with": ID }` | `LocalChannel` |
 * | PATCH  /local/me?user=ID | `LocalUserSettings` | `LocalUser` |
 *
 * \* or multipart with the JSON as `payload_json` and files as `files[0]`, `files[1]`, …; an attachment option's value is the file's number.
 *
 * Over the socket `ws://…/local/socket?user=ID`: a stream of `LocalEvent`, the first of which is `ready`. A client sends
 * nothing but, if it likes, `ClientEvent`. On reconnect, `ready` comes again; fetch the open channel's messages again then.
 */
import type {
  APIApplicationCommand,
  APIApplicationCommandOptionChoice,
  APIMessage,
  APIModalInteractionResponseCallbackData,
  APIReaction,
} from 'discord-api-types/v10';

/** Discord's message object, as the asking user sees it (`reactions[].me` is theirs). Flag 64: ephemeral; flag 128: "is thinking…". */
export type LocalMessage = APIMessage;
export type LocalReaction = APIReaction;
export type LocalCommand = APIApplicationCommand;
export type LocalChoice = APIApplicationCommandOptionChoice;
export type LocalModal = APIModalInteractionResponseCallbackData;

export interface LocalUser {
  readonly id: string;
  readonly username: string;
  readonly displayName: string;
  /** `#rrggbb` of the highest coloured role, or null. */
  readonly color: string | null;
  readonly avatarUrl: string | null;
  readonly bot: boolean;
  /** Has the Administrator permission in the guild. */
  readonly admin: boolean;
  /** A bot is online while its gateway session is; people are while a socket of theirs is open. */
  readonly online: boolean;
  /** Direct messages from bots are refused with 50007. */
  readonly dmsClosed: boolean;
}

export interface LocalChannel {
  readonly id: string;
  readonly kind: 'text' | 'dm';
  /** Without the leading `#`; in a direct message the other's display name. */
  readonly name: string;
  readonly topic: string | null;
  /** Who is on the other side of a direct message. */
  readonly recipientId: string | null;
  /** What the asking user may do here. */
  readonly maySend: boolean;
  readonly mayReact: boolean;
  readonly mayManageMessages: boolean;
}

export interface LocalRole {
  readonly id: string;
  readonly name: string;
  readonly color: string | null;
}

/** All that a client shows before it has read a message. */
export interface LocalState {
  readonly me: LocalUser;
  readonly guild: { readonly id: string; readonly name: string };
  readonly application: { readonly id: string; readonly botUserId: string };
  readonly users: readonly LocalUser[];
  readonly roles: readonly LocalRole[];
  /** Only those that the asking user may see. */
  readonly channels: readonly LocalChannel[];
  /** Only those that the asking user may use somewhere in the guild (`default_member_permissions`, contexts). */
  readonly commands: readonly LocalCommand[];
}

export interface SendMessage {
  readonly content: string;
  /** The message that this one replies to. */
  readonly replyTo?: string;
}

export interface LocalUserSettings {
  readonly dmsClosed?: boolean;
}

/** A value typed or picked for one option. Snowflake strings for user, channel, role, mentionable; the file's number for an attachment. */
export interface LocalOptionValue {
  readonly name: string;
  readonly value: string | number | boolean;
}

interface InvokedCommand {
  readonly channelId: string;
  readonly commandId: string;
  /** `['set']` for `/quota set`, `['rules', 'add']` inside a group; absent for a plain command. */
  readonly subcommand?: readonly string[];
  readonly options: readonly LocalOptionValue[];
}

export type LocalInteraction =
  | ({ readonly kind: 'command'; /** For user and message commands. */ readonly targetId?: string } & InvokedCommand)
  | ({ readonly kind: 'autocomplete'; /** The option being typed; its value so far is in `options`. */ readonly focused: string } & InvokedCommand)
  | {
      readonly kind: 'component';
      readonly channelId: string;
      readonly messageId: string;
      readonly customId: string;
      /** What was picked, for select menus. */
      readonly values?: readonly string[];
    }
  | {
      readonly kind: 'modal';
      /** The interaction that was answered with the modal. */
      readonly interactionId: string;
      /** Values by the inputs' custom ids. */
      readonly fields: Readonly<Record<string, string | readonly string[]>>;
    };

/** What came of an interaction within its 3 seconds. Messages themselves come over the socket. */
export type InteractionOutcome =
  | { readonly outcome: 'answered'; readonly interactionId: string; /** The reply, or the message being thought about. */ readonly messageId: string | null }
  | { readonly outcome: 'choices'; readonly interactionId: string; readonly choices: readonly LocalChoice[] }
  | { readonly outcome: 'modal'; readonly interactionId: string; readonly modal: LocalModal }
  /** `message` is what Discord's own client shows, e.g. "The application did not respond". */
  | { readonly outcome: 'failed'; readonly interactionId: string; readonly message: string };

export interface LocalError {
  readonly error: {
    readonly code:
      | 'unknown-user'
      | 'unknown-channel'
      | 'unknown-message'
      | 'unknown-command'
      | 'unknown-option'
      | 'unknown-component'
      | 'unknown-interaction'
      | 'missing-option'
      | 'invalid-option'
      | 'not-allowed'
      | 'too-large'
      | 'malformed';
    /** A sentence for the person. */
    readonly message: string;
    /** The option or field that is wrong, when it is one. */
    readonly field?: string;
  };
}

/** What one user sees, as it happens. */
export type LocalEvent =
  | { readonly type: 'ready'; readonly state: LocalState }
  /** Users, channels or permissions changed: use this state from now on. */
  | { readonly type: 'state:changed'; readonly state: LocalState }
  | { readonly type: 'commands:changed'; readonly commands: readonly LocalCommand[] }
  | { readonly type: 'message:created'; readonly message: LocalMessage;}
  | { readonly type: 'message:updated'; readonly message: LocalMessage }
  | { readonly type: 'message:deleted'; readonly channelId: string; readonly messageId: string }
  | { readonly type: 'reactions:changed'; readonly channelId: string; readonly messageId: string; readonly reactions: readonly LocalReaction[] }
  | { readonly type: 'typing:started'; readonly channelId: string; readonly userId: string }
  /** An interaction of this user failed; with `messageId`, that "is thinking…" message will never be filled. */
  | {
      readonly type: 'interaction:failed';
      readonly interactionId: string;
      readonly channelId: string;
      readonly messageId: string | null;
      /** `/imagine`, or null for a button. */
      readonly commandName: string | null;
      readonly message: string;
    };

/** The only thing a client may say over the socket. */
export type ClientEvent = { readonly type: 'typing'; readonly channelId: string };
