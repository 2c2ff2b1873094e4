import { randomUUID } from 'node:crypto';
import { AwsError } from '../aws-error.ts';
import { isInFlight, type Message, type MessageAttribute } from './message.ts';
import { sha256 } from '../sigv4.ts';
import { pickMessages } from './pick.ts';
import type { Queue } from './queue.ts';
import { MAX_VISIBILITY_SECONDS, redrivePolicy } from './queue-attributes.ts';
import type { Entry, Queues } from './queues.ts';
import { resolveHandle } from './receipt-handle.ts';
import { invalidParameter, queueDoesNotExist } from './sqs-error.ts';
import { WaitingReceives } from './waiting-receives.ts';

const DEDUPLICATION_MS = 5 * 60 * 1000;
/** setTimeout's longest. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** A message as a client sends it. */
export interface Draft {
  readonly body: string;
  readonly attributes: Readonly<Record<string, MessageAttribute>>;
  readonly systemAttributes: Readonly<Record<string, MessageAttribute>>;
  readonly delaySeconds: number;
  readonly groupId?: string | undefined;
  readonly deduplicationId?: string | undefined;
}

export interface ReceiveRequest {
  readonly max: number;
  readonly visibilitySeconds: number;
  readonly waitSeconds: number;
}

export interface BrokerOptions {
  readonly queues: Queues;
  readonly commit: (entry: Entry) => void;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly arnOf: (queueName: string) => string;
}

/** What happens to messages: sent, received (at once or after a wait), given back, deleted, moved to the dead-letter queue. */
export class Broker {
  readonly #waiting = new WaitingReceives();
  readonly #timers = new Map<string, NodeJS.Timeout>();
  readonly #wakes = new Set<string>();

  constructor(private readonly options: BrokerOptions) {}

  /** Puts a message in the queue; within five minutes a FIFO duplicate is answered with what the first one became. */
  send(queue: Queue, draft: Draft): { readonly messageId: string; readonly sequenceNumber?: string } {
    const now = this.options.now();
    const key = queue.isFifo ? deduplicationKey(queue, draft) : undefined;
    for (const [old, { until }] of queue.deduplicated) if (until <= now) queue.deduplicated.delete(old);
    const earlier = key === undefined ? undefined : queue.deduplicated.get(key);
    if (earlier !== undefined) return earlier;
    const sequenceNumber = queue.isFifo ? nextSequence(queue) : undefined;
    const message: Message = {
      id: randomUUID(),
      body: draft.body,
      attributes: { ...draft.attributes },
      systemAttributes: { ...draft.systemAttributes },
      sentAt: now,
      visibleAt: now + draft.delaySeconds * 1000,
      receiveCount: 0,
      receipt: 0,
      groupId: draft.groupId,
      deduplicationId: draft.deduplicationId ?? (queue.isFifo ? sha256(draft.body) : undefined),
      sequenceNumber,
    };
    this.options.commit({ op: 'send', queue: queue.name, message });
    this.wake(queue.name);
    if (sequenceNumber === undefined || key === undefined) return { messageId: message.id };
    const to = { messageId: message.id, sequenceNumber, until: now + DEDUPLICATION_MS };
    this.options.commit({ op: 'deduplicate', queue: queue.name, key, to });
    return to;
  }

  /** Takes what there is, or waits for something until the time is over or the client has gone. */
  async receive(queue: Queue, request: ReceiveRequest, gone: AbortSignal): Promise<readonly Message[]> {
    const taken = this.#take(queue, request);
    if (taken.length > 0 || request.waitSeconds === 0) return taken;
    const waiting = this.#waiting.add(queue.name, request, gone);
    this.#setTimer(queue);
    return waiting;
  }

  /** A receive whose answer did not arrive never was: its messages are visible again and were not counted. */
  giveBack(queue: Queue, messages: readonly Message[]): void {
    const now = this.options.now();
    const ids = messages.filter(({ id, receipt }) => queue.messages.get(id)?.receipt === receipt).map(({ id }) => id);
    if (ids.length === 0) return;
    this.options.commit({ op: 'undelivered', queue: queue.name, ids, at: now });
    this.wake(queue.name);
  }

  /** Throws MessageNotInflight, or InvalidParameterValue when the message is gone, received anew, or would be hidden for over 12 hours. */
  changeVisibility(queue: Queue, handle: string, seconds: number): void {
    const now = this.options.now();
    const { message, isStale } = resolveHandle(queue, handle);
    if (message === undefined || isStale) {
      throw invalidParameter('ReceiptHandle', handle, 'Message does not exist or is not available for visibility timeout change.');
    }
    if (!isInFlight(message, now)) throw new AwsError('MessageNotInflight', 'The message referred to is not in flight.');
    const until = now + seconds * 1000;
    if (until > (message.receivedAt ?? now) + MAX_VISIBILITY_SECONDS * 1000) {
      throw invalidParameter('VisibilityTimeout', seconds, `Total VisibilityTimeout for the message is beyond the limit [${MAX_VISIBILITY_SECONDS} seconds]`);
    }
    this.options.commit({ op: 'visibility', queue: queue.name, id: message.id, until });
    this.wake(queue.name);
  }

  /** Deletes by the latest handle; an older one deletes nothing, since somebody else works on the message now. */
  delete(queue: Queue, handle: string): void {
    const now = this.options.now();
    const { message, isStale } = resolveHandle(queue, handle);
    if (queue.isFifo && message !== undefined && (isStale || !isInFlight(message, now))) {
      throw invalidParameter('ReceiptHandle', handle, 'The receipt handle has expired.');
    }
    if (message === undefined || isStale) return;
    this.options.commit({ op: 'remove', queue: queue.name, ids: [message.id], at: now });
    this.wake(queue.name);
  }

  purge(queue: Queue): void {
    this.options.commit({ op: 'remove', queue: queue.name, ids: [...queue.messages.keys()], at: this.options.now() });
  }

  /** Ends the waits on a queue that is no more. */
  forget(queueName: string): void {
    this.#waiting.rejectAll(queueName, queueDoesNotExist());
  }

  /** Removes what is too old and moves on what was received too often; any look at the queue begins with this. */
  settle(queue: Queue): void {
    const now = this.options.now();
    const tooOld = now - queue.seconds('MessageRetentionPeriod') * 1000;
    const expired = Array.from(queue.messages.values()).filter(({ sentAt }) => sentAt <= tooOld);
    if (expired.length > 0) this.options.commit({ op: 'remove', queue: queue.name, ids: expired.map(({ id }) => id), at: now });
    const policy = redrivePolicy(queue.attributes);
    const deadLetters = policy && this.options.queues.byName.get(policy.deadLetterQueue);
    if (policy === undefined || deadLetters === undefined) return;
    const dead = Array.from(queue.messages.values()).filter((m) => m.visibleAt <= now && m.receiveCount >= policy.maxReceiveCount);
    this.move(queue, deadLetters, dead, ({ id }) => ({ id, deadLetterSourceArn: this.options.arnOf(queue.name) }));
  }

  /** Moves messages to another queue, at its end, with what `change` says anew. */
  move(from: Queue, to: Queue, messages: readonly Message[], change: (message: Message) => Partial<Message>): void {
    const now = this.options.now();
    for (const message of messages) {
      const sequenceNumber = to.isFifo ? nextSequence(to) : undefined;
      const moved = { ...message, visibleAt: now, receivedAt: undefined, sequenceNumber, ...change(message) };
      this.options.commit({ op: 'move', queue: from.name, to: to.name, moves: [{ id: message.id, message: moved }] });
    }
    if (messages.length > 0) this.wake(to.name);
  }

  /**
   * Looks after a queue that has changed: serves waiting receives and sets the next look. Not at once but when the sockets that
   * are ready have been read, so that a client that has just hung up is known to be gone before it is given a message.
   */
  wake(queueName: string): void {
    if (this.#wakes.has(queueName)) return;
    this.#wakes.add(queueName);
    setImmediate(() => {
      this.#wakes.delete(queueName);
      const queue = this.options.queues.byName.get(queueName);
      if (queue !== undefined) this.#serve(queue);
    });
  }

  close(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
    this.#waiting.close();
  }

  #serve(queue: Queue): void {
    this.settle(queue);
    this.#waiting.serve(queue.name, (request) => this.#take(queue, request));
    this.#setTimer(queue);
  }

  #take(queue: Queue, { max, visibilitySeconds }: ReceiveRequest): readonly Message[] {
    this.settle(queue);
    const now = this.options.now();
    const ids = pickMessages(queue, max, now).map(({ id }) => id);
    if (ids.length === 0) return [];
    this.options.commit({ op: 'receive', queue: queue.name, ids, at: now, until: now + visibilitySeconds * 1000 });
    this.#setTimer(queue);
    return ids.flatMap((id) => queue.messages.get(id) ?? []);
  }

  /** The next moment at which a delayed or hidden message turns visible, if anybody waits for it or it may be a dead letter. */
  #setTimer(queue: Queue): void {
    clearTimeout(this.#timers.get(queue.name));
    this.#timers.delete(queue.name);
    if (!this.#waiting.has(queue.name) && redrivePolicy(queue.attributes) === undefined) return;
    const now = this.options.now();
    let next = Infinity;
    for (const { visibleAt } of queue.messages.values()) if (visibleAt > now && visibleAt < next) next = visibleAt;
    if (next === Infinity) return;
    const timer = setTimeout(() => this.#serve(queue), Math.min(next - now, MAX_TIMER_MS)).unref();
    this.#timers.set(queue.name, timer);
  }
}

function deduplicationKey(queue: Queue, { body, groupId = '', deduplicationId }: Draft): string {
  const id = deduplicationId ?? sha256(body);
  return queue.attributes['DeduplicationScope'] === 'messageGroup' ? `${groupId} ${id}` : id;
}

function nextSequence(queue: Queue): string {
  return String(queue.lastSequence + 1n).padStart(20, '0');
}
