import TinyQueue from 'tinyqueue';

export interface InLine {
  /** Its place by arrival. */
  readonly index: number;
  readonly user: string;
  /** Seconds from the beginning. */
  readonly at: number;
}

const WINDOW_SECONDS = 5 * 60;
const NOISY_SHARE = 0.1;
const NOISY_IN_HAND = 30;
/** SQS's own view of who is noisy is not exact to the second either. */
const LOOK_EVERY_SECONDS = 5;

interface Head {
  readonly index: number;
  readonly user: string;
}

/**
 * The line as SQS serves a fair queue: in order of arrival, but who took more than a tenth of the recent work waits behind those who
 * did not (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-fair-queues.html). The same rules as
 * the local SQS's `pick.ts`, for lines of a hundred thousand.
 */
export class FairLine<J extends InLine> {
  readonly #groups = new Map<string, J[]>();
  /** May hold heads that are none any more: they are passed over. */
  readonly #heads = new TinyQueue<Head>([], (a, b) => a.index - b.index);
  readonly #inHand = new Map<string, number>();
  readonly #lastArrival = new Map<string, number>();
  #allInHand = 0;
  #spans: { readonly user: string; readonly start: number; end: number }[] = [];
  #length = 0;
  #noisy: { readonly at: number; readonly users: ReadonlySet<string> } = { at: -Infinity, users: new Set() };

  get length(): number {
    return this.#length;
  }

  add(job: J): void {
    this.#lastArrival.set(job.user, job.at);
    const group = this.#groups.get(job.user) ?? [];
    this.#groups.set(job.user, group);
    const place = group.findLastIndex(({ index }) => index < job.index) + 1;
    group.splice(place, 0, job);
    if (place === 0) this.#heads.push({ index: job.index, user: job.user });
    this.#length += 1;
  }

  take(now: number): J | undefined {
    const head = this.#nextHead(now);
    const group = head && this.#groups.get(head.user);
    const job = group?.shift();
    if (!group || !job) return undefined;
    const [next] = group;
    if (next) this.#heads.push({ index: next.index, user: next.user });
    else this.#groups.delete(job.user);
    this.#length -= 1;
    this.#allInHand += 1;
    this.#inHand.set(job.user, (this.#inHand.get(job.user) ?? 0) + 1);
    this.#spans.push({ user: job.user, start: now, end: Infinity });
    return job;
  }

  /** Done, or given back. */
  release(job: J, now: number): void {
    this.#allInHand -= 1;
    const left = (this.#inHand.get(job.user) ?? 1) - 1;
    if (left > 0) this.#inHand.set(job.user, left);
    else this.#inHand.delete(job.user);
    const span = this.#spans.find(({ user, end }) => user === job.user && end === Infinity);
    if (span) span.end = now;
  }

  #nextHead(now: number): Head | undefined {
    if (now - this.#noisy.at >= LOOK_EVERY_SECONDS) this.#noisy = { at: now, users: this.#findNoisy(now) };
    const noisy = this.#noisy.users;
    const passed: Head[] = [];
    let found: Head | undefined;
    while (!found) {
      const head = this.#heads.pop();
      if (!head) break;
      if (this.#groups.get(head.user)?.[0]?.index !== head.index) continue;
      if (noisy.has(head.user)) passed.push(head);
      else found = head;
    }
    // Nobody is quiet: whoever has the fewest in hand.
    found ??= passed.toSorted((a, b) => (this.#inHand.get(a.user) ?? 0) - (this.#inHand.get(b.user) ?? 0) || a.index - b.index)[0];
    for (const head of passed) if (head !== found) this.#heads.push(head);
    return found;
  }

  #findNoisy(now: number): ReadonlySet<string> {
    const from = now - WINDOW_SECONDS;
    this.#spans = this.#spans.filter(({ end }) => end > from);
    const times = new Map<string, number>();
    let total = 0;
    for (const { user, start, end } of this.#spans) {
      const time = Math.min(end, now) - Math.max(start, from);
      times.set(user, (times.get(user) ?? 0) + time);
      total += time;
    }
    const crowds = [...this.#inHand].filter(([, count]) => count >= NOISY_IN_HAND && count > NOISY_SHARE * this.#allInHand).map(([user]) => user);
    const busy = [...times].filter(([user, time]) => time > NOISY_SHARE * total && (this.#lastArrival.get(user) ?? 0) > from).map(([user]) => user);
    return new Set([...crowds, ...busy]);
  }
}
