import type { InteractionOutcome, LocalChannel, LocalMessage, LocalModal, LocalState, LocalUser } from '../../page-protocol.ts';

/** What is known of one channel's messages. */
export interface Room {
  /** Oldest first. */
  readonly messages: readonly LocalMessage[];
  readonly loading: boolean;
  /** False until the first page has come. */
  readonly loaded: boolean;
  /** There is nothing older to fetch. */
  readonly whole: boolean;
}

/** A command on its way, or one that failed with no message of its own to show it on. */
export interface OwnLine {
  /** The interaction's id once it has one. */
  readonly key: string;
  readonly channelId: string;
  readonly commandName: string;
  readonly at: number;
  readonly state: { readonly kind: 'sending' } | { readonly kind: 'failed'; readonly message: string };
}

/** An error said beside a message: a button or select of it failed, or its "is thinking…" will never be filled. */
export interface Failure {
  readonly messageId: string;
  readonly interactionId: string;
  readonly message: string;
}

export interface Typing {
  readonly channelId: string;
  readonly userId: string;
  /** Epoch milliseconds; Discord's clients show typing for 10 seconds. */
  readonly until: number;
}

/** Everything that the page shows, but for what is being typed. */
export interface ClientState {
  readonly connection: 'connecting' | 'live' | 'lost';
  readonly session: LocalState | null;
  readonly channelId: string | null;
  readonly rooms: Readonly<Record<string, Room>>;
  readonly unread: Readonly<Record<string, number>>;
  readonly typing: readonly Typing[];
  readonly ownLines: readonly OwnLine[];
  readonly failures: readonly Failure[];
  readonly modal: { readonly interactionId: string; readonly modal: LocalModal } | null;
  readonly replyTo: LocalMessage | null;
  /** The message to bring into view; `at` tells two jumps to the same one apart. */
  readonly jump: { readonly messageId: string; readonly at: number } | null;
  /** A passing note to the person, e.g. that a reaction was refused. */
  readonly notice: string | null;
}

export type Outcome<Kind extends InteractionOutcome['outcome']> = Extract<InteractionOutcome, { outcome: Kind }>;

export const EMPTY_ROOM: Room = { messages: [], loading: false, loaded: false, whole: false };

export const EMPTY_STATE: ClientState = {
  connection: 'connecting',
  session: null,
  channelId: null,
  rooms: {},
  unread: {},
  typing: [],
  ownLines: [],
  failures: [],
  modal: null,
  replyTo: null,
  jump: null,
  notice: null,
};

/** The channel being looked at, once both it and the session are known. */
export function openChannelOf(state: ClientState): LocalChannel | undefined {
  return state.session?.channels.find(({ id }) => id === state.channelId);
}

/** The user with this id, if this client has been told of them. */
export function findUser(state: ClientState, id: string): LocalUser | undefined {
  return state.session?.users.find((user) => user.id === id);
}
