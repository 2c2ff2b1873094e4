import type { Message } from './message.ts';

const WINDOW_MS = 5 * 60 * 1000;
const MAX_SPANS = 10_000;

interface Span {
  readonly groupId: string;
  readonly start: number;
  end: number;
}

/** How long the messages of each group were in flight, over the last five minutes. Kept in memory only: it is a matter of order, not of truth. */
export class ProcessingTime {
  #spans: Span[] = [];
  readonly #current = new Map<string, Span>();
  readonly #lastSent = new Map<string, number>();
  readonly #backlog = new Map<string, number>();

  added({ groupId, sentAt }: Message): void {
    if (groupId === undefined) return;
    this.#lastSent.set(groupId, sentAt);
    this.#backlog.set(groupId, (this.#backlog.get(groupId) ?? 0) + 1);
  }

  /** A group of which nothing is left in the queue is quiet again: what it took is forgotten. */
  removed({ id, groupId }: Message, now: number): void {
    if (groupId === undefined) return;
    this.until(id, now);
    const left = (this.#backlog.get(groupId) ?? 0) - 1;
    this.#backlog.set(groupId, left);
    if (left > 0) return;
    this.#spans = this.#spans.filter((span) => span.groupId !== groupId);
    this.#lastSent.delete(groupId);
    this.#backlog.delete(groupId);
  }

  received(message: Message, now: number): void {
    if (message.groupId === undefined) return;
    const span = { groupId: message.groupId, start: now, end: message.visibleAt };
    this.#current.set(message.id, span);
    this.#spans.push(span);
    if (this.#spans.length > MAX_SPANS) this.#spans = this.#spans.slice(-MAX_SPANS / 2);
  }

  /** The message is in flight until then: for longer, or (deleted, given back) no more. */
  until(messageId: string, end: number): void {
    const span = this.#current.get(messageId);
    if (span !== undefined) span.end = end;
  }

  /** Each group's part of all recent processing time, 0 to 1; groups that have sent nothing for five minutes are left out. */
  shares(now: number): ReadonlyMap<string, number> {
    const from = now - WINDOW_MS;
    this.#spans = this.#spans.filter(({ end }) => end > from);
    for (const [id, { end }] of this.#current) if (end <= now) this.#current.delete(id);
    const times = new Map<string, number>();
    let total = 0;
    for (const { groupId, start, end } of this.#spans) {
      const time = Math.max(0, Math.min(end, now) - Math.max(start, from));
      times.set(groupId, (times.get(groupId) ?? 0) + time);
      total += time;
    }
    if (total === 0) return new Map();
    return new Map([...times].filter(([groupId]) => (this.#lastSent.get(groupId) ?? 0) > from).map(([groupId, time]) => [groupId, time / total]));
  }
}
