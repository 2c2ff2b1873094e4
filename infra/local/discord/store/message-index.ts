/** Messages by channel, oldest first, and by nonce: derived from the table, never written. */
import { compareSnowflakes } from './snowflake.ts';
import type { MessageRecord } from './records.ts';
import type { Table } from './table.ts';

export class MessageIndex {
  readonly #byChannel = new Map<string, string[]>();
  readonly #byNonce = new Map<string, string>();

  constructor(private readonly messages: Table<MessageRecord>) {
    for (const message of [...messages.values()].toSorted((a, b) => compareSnowflakes(a.id, b.id))) this.#add(message);
  }

  put(message: MessageRecord): void {
    const known = this.messages.get(message.id) !== undefined;
    this.messages.put(message.id, message);
    if (!known) this.#add(message);
  }

  get(channelId: string, messageId: string): MessageRecord | undefined {
    const message = this.messages.get(messageId);
    return message?.channelId === channelId ? message : undefined;
  }

  delete(message: MessageRecord): void {
    this.messages.delete(message.id);
    const ids = this.#byChannel.get(message.channelId) ?? [];
    const at = ids.indexOf(message.id);
    if (at >= 0) ids.splice(at, 1);
    if (message.nonce !== null) this.#byNonce.delete(nonceKey(message.authorId, message.nonce));
  }

  /** Newest first. */
  *newestFirst(channelId: string): Generator<MessageRecord> {
    for (const id of (this.#byChannel.get(channelId) ?? []).toReversed()) {
      const message = this.messages.get(id);
      if (message !== undefined) yield message;
    }
  }

  /** The author's last message with this nonce, however old. */
  byNonce(authorId: string, nonce: string | number): MessageRecord | undefined {
    const id = this.#byNonce.get(nonceKey(authorId, nonce));
    return id === undefined ? undefined : this.messages.get(id);
  }

  #add(message: MessageRecord): void {
    const ids = this.#byChannel.get(message.channelId);
    if (ids === undefined) this.#byChannel.set(message.channelId, [message.id]);
    else ids.push(message.id);
    if (message.nonce !== null) this.#byNonce.set(nonceKey(message.authorId, message.nonce), message.id);
  }
}

function nonceKey(authorId: string, nonce: string | number): string {
  return `${authorId} ${nonce}`;
}
