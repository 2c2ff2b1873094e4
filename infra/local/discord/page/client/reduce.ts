import type { LocalEvent, LocalMessage, LocalModal, LocalState } from '../../page-protocol.ts';
import { CHAT_INPUT } from '../discord-numbers.ts';
import { EMPTY_ROOM } from './client-state.ts';
import type { ClientState, Failure, OwnLine, Room } from './client-state.ts';

/** What happens on this side of the socket. */
export type OwnEvent =
  | { readonly type: 'own:connection'; readonly connection: ClientState['connection'] }
  | { readonly type: 'own:channel'; readonly channelId: string }
  | { readonly type: 'own:loading'; readonly channelId: string }
  | { readonly type: 'own:not-loaded'; readonly channelId: string }
  | { readonly type: 'own:latest'; readonly channelId: string; readonly messages: readonly LocalMessage[]; readonly whole: boolean }
  | { readonly type: 'own:older'; readonly channelId: string; readonly messages: readonly LocalMessage[]; readonly whole: boolean }
  | { readonly type: 'own:line'; readonly line: OwnLine }
  | { readonly type: 'own:line-gone'; readonly key: string }
  | { readonly type: 'own:failure'; readonly failure: Failure }
  | { readonly type: 'own:failure-gone'; readonly messageId: string }
  | { readonly type: 'own:modal'; readonly modal: { readonly interactionId: string; readonly modal: LocalModal } | null }
  | { readonly type: 'own:reply-to'; readonly message: LocalMessage | null }
  | { readonly type: 'own:jump'; readonly messageId: string }
  | { readonly type: 'own:notice'; readonly notice: string | null }
  | { readonly type: 'own:typing-over'; readonly now: number };

const TYPING_MS = 10_000;

/** The next state: pure, but for the clock that is handed in (epoch milliseconds). */
export function reduce(state: ClientState, event: LocalEvent | OwnEvent, now: number): ClientState {
  switch (event.type) {
    case 'ready':
      return { ...withSession(state, event.state), connection: 'live' };
    case 'state:changed':
      return withSession(state, event.state);
    case 'commands:changed':
      return state.session === null ? state : { ...state, session: { ...state.session, commands: event.commands } };
    case 'message:created':
      return withNewMessage(state, event.message);
    case 'message:updated':
      return withRoom(state, event.message.channel_id, (room) => ({ ...room, messages: replaceMessage(room.messages, event.message) }));
    case 'message:deleted':
      return withRoom(state, event.channelId, (room) => ({ ...room, messages: room.messages.filter(({ id }) => id !== event.messageId) }));
    case 'reactions:changed':
      return withRoom(state, event.channelId, (room) => ({
        ...room,
        messages: room.messages.map((message) => (message.id === event.messageId ? { ...message, reactions: [...event.reactions] } : message)),
      }));
    case 'typing:started':
      return {
        ...state,
        typing: [
          ...state.typing.filter(({ channelId, userId }) => channelId !== event.channelId || userId !== event.userId),
          { channelId: event.channelId, userId: event.userId, until: now + TYPING_MS },
        ],
      };
    case 'interaction:failed':
      return withFailedInteraction(state, event, now);
    case 'own:connection':
      return { ...state, connection: event.connection };
    case 'own:channel':
      return { ...state, channelId: event.channelId, unread: { ...state.unread, [event.channelId]: 0 }, replyTo: null };
    case 'own:loading':
      return withRoom(state, event.channelId, (room) => ({ ...room, loading: true }));
    case 'own:not-loaded':
      return withRoom(state, event.channelId, (room) => ({ ...room, loading: false }));
    case 'own:latest':
      return withRoom(state, event.channelId, (room) => latest(room, event.messages, event.whole));
    case 'own:older':
      return withRoom(state, event.channelId, (room) => ({
        ...room,
        loading: false,
        whole: event.whole,
        messages: [...event.messages.filter(({ id }) => !room.messages.some((known) => known.id === id)), ...room.messages],
      }));
    case 'own:line':
      return { ...state, ownLines: [...state.ownLines.filter(({ key }) => key !== event.line.key), event.line] };
    case 'own:line-gone':
      return { ...state, ownLines: state.ownLines.filter(({ key }) => key !== event.key) };
    case 'own:failure':
      return { ...state, failures: [...state.failures.filter(({ messageId }) => messageId !== event.failure.messageId), event.failure] };
    case 'own:failure-gone':
      return { ...state, failures: state.failures.filter(({ messageId }) => messageId !== event.messageId) };
    case 'own:modal':
      return { ...state, modal: event.modal };
    case 'own:reply-to':
      return { ...state, replyTo: event.message };
    case 'own:jump':
      return { ...state, jump: { messageId: event.messageId, at: now } };
    case 'own:notice':
      return { ...state, notice: event.notice };
    case 'own:typing-over':
      return { ...state, typing: state.typing.filter(({ until }) => until > event.now) };
  }
}

function withSession(state: ClientState, session: LocalState): ClientState {
  const stillThere = session.channels.some(({ id }) => id === state.channelId);
  return { ...state, session, channelId: stillThere ? state.channelId : (session.channels[0]?.id ?? null) };
}

function withRoom(state: ClientState, channelId: string, change: (room: Room) => Room): ClientState {
  return { ...state, rooms: { ...state.rooms, [channelId]: change(state.rooms[channelId] ?? EMPTY_ROOM) } };
}

function withNewMessage(state: ClientState, message: LocalMessage): ClientState {
  const channelId = message.channel_id;
  const added = withRoom(state, channelId, (room) => ({ ...room, messages: insertMessage(room.messages, message) }));
  const away = channelId !== state.channelId && message.author.id !== state.session?.me.id;
  return {
    ...added,
    typing: state.typing.filter((typing) => typing.channelId !== channelId || typing.userId !== message.author.id),
    unread: away ? { ...state.unread, [channelId]: (state.unread[channelId] ?? 0) + 1 } : state.unread,
  };
}

/** After a reconnect the server's page wins, and what it no longer has is gone; older pages are fetched again when wanted. */
function latest(room: Room, messages: readonly LocalMessage[], whole: boolean): Room {
  const first = messages[0];
  const newer = first === undefined ? [] : room.messages.filter(({ id }) => isAfter(id, messages.at(-1)?.id ?? id));
  return { ...room, loading: false, loaded: true, whole, messages: [...messages, ...newer] };
}

function replaceMessage(messages: readonly LocalMessage[], message: LocalMessage): readonly LocalMessage[] {
  return messages.map((known) => (known.id === message.id ? message : known));
}

function insertMessage(messages: readonly LocalMessage[], message: LocalMessage): readonly LocalMessage[] {
  if (messages.some(({ id }) => id === message.id)) return replaceMessage(messages, message);
  const at = messages.findLastIndex(({ id }) => isAfter(message.id, id)) + 1;
  return messages.toSpliced(at, 0, message);
}

function isAfter(id: string, other: string): boolean {
  return BigInt(id) > BigInt(other);
}

function withFailedInteraction(state: ClientState, event: Extract<LocalEvent, { type: 'interaction:failed' }>, now: number): ClientState {
  const { interactionId, messageId, message, channelId, commandName } = event;
  if (messageId !== null) return { ...state, failures: [...state.failures.filter((known) => known.messageId !== messageId), { messageId, interactionId, message }] };
  if (commandName === null) return state;
  // Commands of the context menu have no slash.
  const fromMenu = state.session?.commands.some(({ name, type }) => name === commandName && type !== CHAT_INPUT) ?? false;
  const shownName = fromMenu ? commandName : `/${commandName.replace(/^\//, '')}`;
  const line: OwnLine = { key: interactionId, channelId, commandName: shownName, at: now, state: { kind: 'failed', message } };
  const known = state.ownLines.some(({ key }) => key === interactionId);
  return known ? state : { ...state, ownLines: [...state.ownLines, line] };
}
