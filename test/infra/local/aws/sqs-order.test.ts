import { SendMessageBatchCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bodies, queueActions } from './queue-actions.ts';
import { errorName, sleep, startTestAws, type TestAws } from './start-test-aws.ts';

let local: TestAws;

beforeAll(async () => {
  local = await startTestAws();
});
afterAll(() => local.close());

const { newQueue, newQueueWithDeadLetters, send, receive, receiveOne, setVisibility, remove } = queueActions(() => local.sqs);

const FIFO = { FifoQueue: 'true', ContentBasedDeduplication: 'true' } as const;
const ALL = { MaxNumberOfMessages: 10 } as const;

async function sendAll(url: string, messages: readonly (readonly [group: string, body: string])[]): Promise<void> {
  for (const [MessageGroupId, body] of messages) await send(url, body, { MessageGroupId });
}

describe.concurrent('FIFO', () => {
  test('messages of a group come in order, with ascending sequence numbers', async () => {
    const url = await newQueue(FIFO);
    await sendAll(url, ['1', '2', '3', '4'].map((n) => ['g', n] as const));
    const messages = await receive(url, ALL);
    expect(bodies(messages)).toEqual(['1', '2', '3', '4']);
    const numbers = messages.map(({ Attributes }) => Attributes?.SequenceNumber ?? '');
    expect(numbers).toEqual(numbers.toSorted());
    expect(new Set(numbers).size).toBe(4);
    expect(messages[0]?.Attributes).toMatchObject({ MessageGroupId: 'g' });
  });

  test('while one message of a group is worked on, the rest of it waits and other groups do not', async () => {
    const url = await newQueue(FIFO);
    await sendAll(url, [['a', 'a1'], ['a', 'a2'], ['b', 'b1']]);
    const first = await receiveOne(url);
    expect(first.Body).toBe('a1');
    expect(bodies(await receive(url, ALL))).toEqual(['b1']);
    expect(await receive(url, ALL)).toEqual([]);
    const poll = receive(url, { WaitTimeSeconds: 20 });
    await sleep(100);
    await remove(url, first);
    expect(bodies(await poll)).toEqual(['a2']);
  });

  test('a message that was given back comes before those behind it', async () => {
    const url = await newQueue(FIFO);
    await sendAll(url, [['a', 'a1'], ['a', 'a2']]);
    await setVisibility(url, await receiveOne(url), 0);
    expect(bodies(await receive(url, ALL))).toEqual(['a1', 'a2']);
  });

  test('a duplicate within five minutes is answered as the first was, and not delivered', async () => {
    const url = await newQueue({ FifoQueue: 'true' });
    const first = await send(url, 'a', { MessageGroupId: 'g', MessageDeduplicationId: 'once' });
    const second = await send(url, 'b', { MessageGroupId: 'g', MessageDeduplicationId: 'once' });
    expect(second).toMatchObject({ MessageId: first.MessageId, SequenceNumber: first.SequenceNumber });
    const message = await receiveOne(url);
    await remove(url, message);
    await send(url, 'c', { MessageGroupId: 'g', MessageDeduplicationId: 'once' });
    expect(await receive(url)).toEqual([]);
  });

  test('content-based deduplication goes by the body', async () => {
    const url = await newQueue(FIFO);
    await sendAll(url, [['g', 'same'], ['g', 'same'], ['g', 'other']]);
    expect(bodies(await receive(url, ALL))).toEqual(['same', 'other']);
  });

  test('a FIFO queue wants a group and a deduplication id, and no delay of one message', async () => {
    const url = await newQueue({ FifoQueue: 'true' });
    expect(await errorName(send(url, 'a', { MessageDeduplicationId: 'x' }))).toBe('MissingParameter');
    expect(await errorName(send(url, 'a', { MessageGroupId: 'g' }))).toBe('InvalidParameterValue');
    expect(await errorName(send(url, 'a', { MessageGroupId: 'g', MessageDeduplicationId: 'x', DelaySeconds: 5 }))).toBe('InvalidParameterValue');
    expect(await errorName(send(await newQueue(), 'a', { MessageDeduplicationId: 'x' }))).toBe('InvalidParameterValue');
  });

  test('a poisoned head of a group moves to the FIFO dead-letter queue and frees the group', async () => {
    const { url, deadLetters } = await newQueueWithDeadLetters(1, FIFO);
    await sendAll(url, [['g', 'poison'], ['g', 'next']]);
    await setVisibility(url, await receiveOne(url), 0);
    expect(bodies(await receive(url, ALL))).toEqual(['next']);
    expect(bodies(await receive(deadLetters, ALL))).toEqual(['poison']);
  });

  test('a handle whose time is over cannot delete from a FIFO queue', async () => {
    const url = await newQueue(FIFO);
    await sendAll(url, [['g', 'a']]);
    const message = await receiveOne(url, { VisibilityTimeout: 0 });
    expect(await errorName(remove(url, message))).toBe('InvalidParameterValue');
  });
});

describe.concurrent('fair queues', () => {
  test('a group that takes most of the processing time waits behind a quiet one', async () => {
    const url = await newQueue();
    await sendAll(url, [...Array.from({ length: 5 }, (_, i) => ['loud', `loud ${i}`] as const), ['quiet', 'quiet 0']]);
    await receiveOne(url);
    await sleep(20);
    expect(bodies(await receive(url))).toEqual(['quiet 0']);
    expect(bodies(await receive(url))).toEqual(['loud 1']);
  });

  test('a group with thirty messages in flight waits behind those that have fewer', async () => {
    const url = await newQueue();
    const fill = async (group: string, count: number): Promise<void> => {
      for (let i = 0; i < count; i += 10) {
        const Entries = Array.from({ length: 10 }, (_, n) => ({ Id: String(n), MessageBody: `${group} ${i + n}`, MessageGroupId: group }));
        await local.sqs.send(new SendMessageBatchCommand({ QueueUrl: url, Entries }));
      }
    };
    await fill('loud', 60);
    for (let i = 0; i < 4; i += 1) await receive(url, ALL);
    await fill('louder', 40);
    await fill('quiet', 10);
    const next = bodies(await receive(url, ALL));
    expect(next).toHaveLength(10);
    expect(next.filter((body) => body?.startsWith('loud ')).length).toBe(0);
  });

  test('messages without a group are groups of their own, served in order of arrival', async () => {
    const url = await newQueue();
    for (const body of ['1', '2', '3']) await send(url, body);
    await send(url, '4', { MessageGroupId: 'g' });
    expect(bodies(await receive(url, ALL))).toEqual(['1', '2', '3', '4']);
  });

  test('a group of which nothing is left is quiet again', async () => {
    const url = await newQueue();
    await sendAll(url, [['a', 'a1']]);
    const message = await receiveOne(url);
    await sleep(20);
    await remove(url, message);
    await sendAll(url, [['a', 'a2'], ['b', 'b1']]);
    expect(bodies(await receive(url, ALL))).toEqual(['a2', 'b1']);
  });
});

test('queues, messages, receive counts and duplicates are known after a restart', async () => {
  const before = await startTestAws();
  const actions = queueActions(() => before.sqs);
  const url = await actions.newQueue({ ...FIFO, VisibilityTimeout: '0' });
  await actions.send(url, 'a', { MessageGroupId: 'g' });
  await actions.receive(url);
  const after = await before.restart();
  const { receiveOne: again, send: put, attributesOf: describeQueue } = queueActions(() => after.sqs);
  expect((await put(url, 'a', { MessageGroupId: 'g' })).SequenceNumber).toMatch(/1$/);
  expect((await again(url)).Attributes).toMatchObject({ ApproximateReceiveCount: '2' });
  expect(await describeQueue(url)).toMatchObject({ ApproximateNumberOfMessages: '1' });
  await after.close();
});
