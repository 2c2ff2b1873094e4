import type { Feed } from './session.ts';

/** Stands for "what you were fed under this name the last time". */
export const AS_BEFORE = 'as before';

export type SentFeed = Feed | typeof AS_BEFORE;

/** Smaller feeds are quicker sent than compared. */
const WORTH_KEEPING_BYTES = 16_384;

/** The sender's side: prompt embeds are the same bytes at every step, so they cross to the host once. */
export class FeedSender {
  readonly #sent = new Map<string, Feed>();

  pack(feeds: Readonly<Record<string, Feed>>): Readonly<Record<string, SentFeed>> {
    return Object.fromEntries(Object.entries(feeds).map(([name, feed]) => [name, this.#packOne(name, feed)]));
  }

  #packOne(name: string, feed: Feed): SentFeed {
    const before = this.#sent.get(name);
    if (before !== undefined && sameFeed(before, feed)) return AS_BEFORE;
    this.#sent.delete(name);
    // A copy, since the caller may write into the feed's data before the next run.
    if (feed.data.byteLength >= WORTH_KEEPING_BYTES) this.#sent.set(name, copyOf(feed));
    return feed;
  }
}

/** The host's side: puts back what was not sent again. */
export class FeedReceiver {
  readonly #received = new Map<string, Feed>();

  unpack(sent: Readonly<Record<string, SentFeed>>): Readonly<Record<string, Feed>> {
    return Object.fromEntries(Object.entries(sent).map(([name, feed]) => [name, this.#unpackOne(name, feed)]));
  }

  #unpackOne(name: string, sent: SentFeed): Feed {
    if (sent !== AS_BEFORE) {
      this.#received.set(name, sent);
      return sent;
    }
    const feed = this.#received.get(name);
    if (feed === undefined) throw new Error(`feed ${name} was said to be as before, but there was none before`);
    return feed;
  }
}

function sameFeed(a: Feed, b: Feed): boolean {
  return a.data.constructor === b.data.constructor && a.dims.join() === b.dims.join() && bytesOf(a).equals(bytesOf(b));
}

function bytesOf({ data }: Feed): Buffer {
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength);
}

function copyOf(feed: Feed): Feed {
  return feed.data instanceof Float32Array ? { dims: [...feed.dims], data: feed.data.slice() } : { dims: [...feed.dims], data: feed.data.slice() };
}
