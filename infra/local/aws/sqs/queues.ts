import * as v from 'valibot';
import type { Journaled } from '../journal.ts';
import { MESSAGE, type Message } from './message.ts';
import { MOVE_TASK, type MoveTask } from './move-task.ts';
import { Queue } from './queue.ts';
import { queueDoesNotExist } from './sqs-error.ts';

const IDS = v.array(v.string());
const TEXTS = v.record(v.string(), v.string());
const DEDUPLICATED = v.object({ messageId: v.string(), sequenceNumber: v.string(), until: v.number() });
const queue = v.string();
const at = v.number();

/** Everything that changes the queues. Times are epoch milliseconds. */
const ENTRY = v.variant('op', [
  v.object({ op: v.literal('create'), queue, attributes: TEXTS, tags: TEXTS, createdAt: at, modifiedAt: at }),
  v.object({ op: v.literal('delete-queue'), queue }),
  v.object({ op: v.literal('attributes'), queue, attributes: TEXTS, at }),
  v.object({ op: v.literal('tags'), queue, tags: TEXTS }),
  v.object({ op: v.literal('send'), queue, message: MESSAGE }),
  v.object({ op: v.literal('deduplicate'), queue, key: v.string(), to: DEDUPLICATED }),
  v.object({ op: v.literal('sequence'), queue, last: v.string() }),
  v.object({ op: v.literal('receive'), queue, ids: IDS, at, until: at }),
  v.object({ op: v.literal('undelivered'), queue, ids: IDS, at }),
  v.object({ op: v.literal('visibility'), queue, id: v.string(), until: at }),
  v.object({ op: v.literal('remove'), queue, ids: IDS, at }),
  v.object({ op: v.literal('move'), queue, to: v.string(), moves: v.array(v.object({ id: v.string(), message: MESSAGE })) }),
  v.object({ op: v.literal('task'), task: MOVE_TASK }),
]);

export type Entry = v.InferOutput<typeof ENTRY>;

export function parseEntry(line: unknown): Entry {
  return v.parse(ENTRY, line);
}

/** All queues in memory, changed by entries alone. */
export class Queues implements Journaled<Entry> {
  readonly byName = new Map<string, Queue>();
  readonly tasks = new Map<string, MoveTask>();

  /** Throws QueueDoesNotExist. */
  queue(name: string): Queue {
    const found = this.byName.get(name);
    if (found === undefined) throw queueDoesNotExist();
    return found;
  }

  apply(entry: Entry): void {
    if (entry.op === 'task') {
      this.tasks.set(entry.task.handle, entry.task);
      return;
    }
    if (entry.op === 'create') {
      this.byName.set(entry.queue, new Queue(entry.queue, entry.attributes, entry.tags, entry.createdAt, entry.modifiedAt));
      return;
    }
    if (entry.op === 'delete-queue') {
      this.byName.delete(entry.queue);
      return;
    }
    // A queue may have been deleted while a client still held its messages.
    const found = this.byName.get(entry.queue);
    if (found !== undefined) this.#applyTo(found, entry);
  }

  *snapshot(): Generator<Entry> {
    for (const { name, attributes, tags, createdAt, modifiedAt, messages, deduplicated, lastSequence } of this.byName.values()) {
      yield { op: 'create', queue: name, attributes: { ...attributes }, tags: { ...tags }, createdAt, modifiedAt };
      for (const message of messages.values()) yield { op: 'send', queue: name, message };
      for (const [key, to] of deduplicated) yield { op: 'deduplicate', queue: name, key, to };
      yield { op: 'sequence', queue: name, last: String(lastSequence) };
    }
    for (const task of this.tasks.values()) yield { op: 'task', task };
  }

  #applyTo(target: Queue, entry: Exclude<Entry, { op: 'task' | 'create' | 'delete-queue' }>): void {
    const { messages, processing } = target;
    const change = (id: string, to: (message: Message) => Message): void => {
      const message = messages.get(id);
      if (message !== undefined) messages.set(id, to(message));
    };
    switch (entry.op) {
      case 'attributes':
        target.attributes = entry.attributes;
        target.modifiedAt = entry.at;
        return;
      case 'tags':
        target.tags = entry.tags;
        return;
      case 'send':
        this.#add(target, entry.message);
        return;
      case 'deduplicate':
        target.deduplicated.set(entry.key, entry.to);
        return;
      case 'sequence':
        target.lastSequence = BigInt(entry.last);
        return;
      case 'receive':
        for (const id of entry.ids) {
          change(id, (message) => {
            const { receiveCount, receipt, firstReceivedAt = entry.at } = message;
            const received = { ...message, receivedAt: entry.at, firstReceivedAt, visibleAt: entry.until, receiveCount: receiveCount + 1, receipt: receipt + 1 };
            processing.received(received, entry.at);
            return received;
          });
        }
        return;
      case 'undelivered':
        for (const id of entry.ids) {
          change(id, (message) => ({ ...message, visibleAt: entry.at, receiveCount: message.receiveCount - 1 }));
          processing.until(id, entry.at);
        }
        return;
      case 'visibility':
        change(entry.id, (message) => ({ ...message, visibleAt: entry.until }));
        processing.until(entry.id, entry.until);
        return;
      case 'remove':
        for (const id of entry.ids) this.#remove(target, id, entry.at);
        return;
      case 'move':
        for (const { id, message } of entry.moves) {
          this.#remove(target, id, message.visibleAt);
          const destination = this.byName.get(entry.to);
          if (destination !== undefined) this.#add(destination, message);
        }
    }
  }

  #add(target: Queue, message: Message): void {
    target.messages.set(message.id, message);
    target.processing.added(message);
    if (message.sequenceNumber !== undefined && BigInt(message.sequenceNumber) > target.lastSequence) {
      target.lastSequence = BigInt(message.sequenceNumber);
    }
  }

  #remove({ messages, processing }: Queue, id: string, at: number): void {
    const message = messages.get(id);
    if (message === undefined) return;
    messages.delete(id);
    processing.removed(message, at);
  }
}
