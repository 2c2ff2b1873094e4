import { expect, test } from 'vitest';
import type { Message } from '../../../../../infra/local/aws/sqs/message.ts';
import { pickMessages } from '../../../../../infra/local/aws/sqs/pick.ts';
import type { Queue } from '../../../../../infra/local/aws/sqs/queue.ts';
import { Queues } from '../../../../../infra/local/aws/sqs/queues.ts';

const SECOND = 1000;

/** A queue with messages of groups, each group's first so many of them received at a time and hidden for long. */
function queueWith(groups: Readonly<Record<string, { readonly messages: number; readonly received?: number; readonly at?: number }>>): Queue {
  const queues = new Queues();
  queues.apply({ op: 'create', queue: 'q', attributes: {}, tags: {}, createdAt: 0, modifiedAt: 0 });
  for (const [groupId, { messages, received = 0, at = 0 }] of Object.entries(groups)) {
    const ids = Array.from({ length: messages }, (_, i) => `${groupId}${i}`);
    for (const id of ids) queues.apply({ op: 'send', queue: 'q', message: message(id, groupId) });
    queues.apply({ op: 'receive', queue: 'q', ids: ids.slice(0, received), at, until: 1000 * SECOND });
  }
  return queues.queue('q');
}

function message(id: string, groupId: string): Message {
  return { id, body: id, groupId, attributes: {}, systemAttributes: {}, sentAt: 1, visibleAt: 1, receiveCount: 0, receipt: 0 };
}

const pick = (queue: Queue, max: number, now: number): string[] => pickMessages(queue, max, now).map(({ id }) => id);

test('of two noisy groups the one with fewer in flight is served first', () => {
  const queue = queueWith({ a: { messages: 50, received: 40 }, b: { messages: 50, received: 35 } });
  expect(pick(queue, 2, SECOND)).toEqual(['b35', 'b36']);
});

test('what is picked counts as in flight for the next pick', () => {
  const queue = queueWith({ a: { messages: 40, received: 31 }, b: { messages: 40, received: 30 } });
  expect(pick(queue, 4, SECOND)).toEqual(['b30', 'a31', 'b31', 'a32']);
});

test('under 30 in flight and under a tenth of the processing time a group is quiet, whatever its backlog', () => {
  const queue = queueWith({ a: { messages: 100, received: 1, at: 99 * SECOND }, b: { messages: 20, received: 12 }, c: { messages: 1 } });
  expect(pick(queue, 2, 100 * SECOND)).toEqual(['a1', 'a2']);
});

test('processing time counts for five minutes, and a group that sends nothing for so long is quiet', () => {
  const queue = queueWith({ a: { messages: 2, received: 1 }, b: { messages: 1 } });
  expect(pick(queue, 1, 299 * SECOND)).toEqual(['b0']);
  expect(pick(queue, 1, 302 * SECOND)).toEqual(['a1']);
});
