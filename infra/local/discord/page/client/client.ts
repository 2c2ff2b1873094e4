import type { LocalEvent, LocalMessage } from '../../page-protocol.ts';
import { callsAs } from './calls.ts';
import type { Calls } from './calls.ts';
import { EMPTY_ROOM, EMPTY_STATE } from './client-state.ts';
import type { ClientState, Room } from './client-state.ts';
import { Interactions } from './interactions.ts';
import { reduce } from './reduce.ts';
import type { OwnEvent } from './reduce.ts';
import { LiveSocket } from './socket.ts';

const PAGE_SIZE = 50;
const TYPING_EVERY_MS = 8_000;
const FARTHEST_JUMP_PAGES = 10;
const NOTICE_MS = 6_000;

/** One user's client: its state, and everything that the person can do. */
export class Client {
  readonly interactions: Interactions;
  #state: ClientState = EMPTY_STATE;
  #calls: Calls;
  #socket: LiveSocket;
  #listeners = new Set<() => void>();
  #typingTimer: number | undefined;
  #noticeTimer: number | undefined;
  #typingSaidAt = 0;

  /** `userId` null is the server's first; `onUnknownUser` is called when the server knows no such user. */
  constructor(userId: string | null, onUnknownUser: () => void) {
    this.#calls = callsAs(userId);
    this.interactions = new Interactions(this.#calls, {
      state: () => this.#state,
      apply: (event) => this.#apply(event),
      attempt: (call) => this.#try(call),
    });
    const address = new URL(`/local/socket${userId === null ? '' : `?user=${encodeURIComponent(userId)}`}`, location.href);
    address.protocol = address.protocol.replace('http', 'ws');
    this.#socket = new LiveSocket(
      address.href,
      (event) => this.#hear(event),
      () => this.#apply({ type: 'own:connection', connection: 'lost' }),
      onUnknownUser,
    );
  }

  get state(): ClientState {
    return this.#state;
  }

  start(): void {
    this.#socket.start();
    this.#typingTimer = window.setInterval(() => {
      if (this.#state.typing.length > 0) this.#apply({ type: 'own:typing-over', now: Date.now() });
    }, 2_000);
  }

  stop(): void {
    clearInterval(this.#typingTimer);
    clearTimeout(this.#noticeTimer);
    this.#socket.stop();
    this.#listeners.clear();
  }

  /** Returns the function that ends the subscription. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  openChannel(channelId: string): void {
    this.#apply({ type: 'own:channel', channelId });
    if (!this.#room(channelId).loaded) void this.#fetchLatest(channelId);
  }

  async loadOlder(channelId: string): Promise<void> {
    const room = this.#room(channelId);
    const before = room.messages[0]?.id;
    if (room.loading || room.whole || before === undefined) return;
    this.#apply({ type: 'own:loading', channelId });
    const messages = await this.#try(() => this.#calls.messages(channelId, { before, limit: PAGE_SIZE }));
    if (messages === undefined) return this.#apply({ type: 'own:not-loaded', channelId });
    this.#apply({ type: 'own:older', channelId, messages: messages.toReversed(), whole: messages.length < PAGE_SIZE });
  }

  /** Shows a message, fetching older ones until it is there. */
  async jumpTo(channelId: string, messageId: string): Promise<void> {
    this.openChannel(channelId);
    if (!this.#room(channelId).loaded) await this.#fetchLatest(channelId);
    const isThere = (): boolean => this.#room(channelId).messages.some(({ id }) => id === messageId);
    for (let page = 0; page < FARTHEST_JUMP_PAGES && !isThere() && !this.#room(channelId).whole; page += 1) await this.loadOlder(channelId);
    if (isThere()) this.#apply({ type: 'own:jump', messageId });
    else this.notify('That message is gone, or too far back.');
  }

  /** True once the message is there. */
  async send(channelId: string, content: string, files: readonly File[]): Promise<boolean> {
    const replyTo = this.#state.replyTo;
    const message = await this.#try(() => this.#calls.send(channelId, replyTo === null ? { content } : { content, replyTo: replyTo.id }, files));
    if (message === undefined) return false;
    this.#apply({ type: 'own:reply-to', message: null });
    this.#apply({ type: 'message:created', message });
    return true;
  }

  sayTyping(channelId: string): void {
    if (Date.now() - this.#typingSaidAt < TYPING_EVERY_MS) return;
    this.#typingSaidAt = Date.now();
    this.#socket.say({ type: 'typing', channelId });
  }

  replyTo(message: LocalMessage | null): void {
    this.#apply({ type: 'own:reply-to', message });
  }

  /** Deletes a message, or dismisses an ephemeral one. */
  async remove(message: LocalMessage): Promise<void> {
    await this.#try(() => this.#calls.remove(message.channel_id, message.id));
  }

  /** Forgets a line that only this page shows. */
  dropLine(key: string): void {
    this.#apply({ type: 'own:line-gone', key });
  }

  async toggleReaction(message: LocalMessage, emoji: string): Promise<void> {
    const mine = message.reactions?.some((reaction) => reaction.me && emojiKey(reaction.emoji) === emoji) ?? false;
    await this.#try(() => (mine ? this.#calls.unreact : this.#calls.react)(message.channel_id, message.id, emoji));
  }

  async whoReacted(message: LocalMessage, emoji: string): Promise<readonly string[]> {
    const users = await this.#calls.whoReacted(message.channel_id, message.id, emoji).catch(() => []);
    return users.map(({ displayName }) => displayName);
  }

  async openDirectMessages(userId: string): Promise<void> {
    const channel = await this.#try(() => this.#calls.openDirectMessages(userId));
    if (channel === undefined) return;
    const session = this.#state.session;
    if (session !== null && !session.channels.some(({ id }) => id === channel.id)) {
      this.#apply({ type: 'state:changed', state: { ...session, channels: [...session.channels, channel] } });
    }
    this.openChannel(channel.id);
  }

  async setDirectMessagesClosed(dmsClosed: boolean): Promise<void> {
    const me = await this.#try(() => this.#calls.changeSettings({ dmsClosed }));
    const session = this.#state.session;
    if (me !== undefined && session !== null) this.#apply({ type: 'state:changed', state: { ...session, me } });
  }

  /** A passing note; null takes it away. */
  notify(notice: string | null): void {
    clearTimeout(this.#noticeTimer);
    this.#apply({ type: 'own:notice', notice });
    if (notice !== null) this.#noticeTimer = window.setTimeout(() => this.#apply({ type: 'own:notice', notice: null }), NOTICE_MS);
  }

  #room(channelId: string): Room {
    return this.#state.rooms[channelId] ?? EMPTY_ROOM;
  }

  #hear(event: LocalEvent): void {
    this.#apply(event);
    if (event.type === 'ready' && this.#state.channelId !== null) void this.#fetchLatest(this.#state.channelId);
  }

  async #fetchLatest(channelId: string): Promise<void> {
    this.#apply({ type: 'own:loading', channelId });
    const messages = await this.#try(() => this.#calls.messages(channelId, { limit: PAGE_SIZE }));
    if (messages === undefined) return this.#apply({ type: 'own:not-loaded', channelId });
    this.#apply({ type: 'own:latest', channelId, messages: messages.toReversed(), whole: messages.length < PAGE_SIZE });
  }

  async #try<T>(call: () => Promise<T>): Promise<T | undefined> {
    try {
      return await call();
    } catch (error) {
      this.notify(error instanceof Error ? error.message : String(error));
      return undefined;
    }
  }

  #apply(event: LocalEvent | OwnEvent): void {
    this.#state = reduce(this.#state, event, Date.now());
    for (const listener of this.#listeners) listener();
  }
}

/** How a reaction is named in a URL and compared: the character itself, or `name:id` for a custom one. */
export function emojiKey(emoji: { readonly id: string | null; readonly name: string | null }): string {
  return emoji.id === null ? (emoji.name ?? '') : `${emoji.name ?? '_'}:${emoji.id}`;
}
