import {
  CancelMessageMoveTaskCommand,
  DeleteQueueCommand,
  ListDeadLetterSourceQueuesCommand,
  ListMessageMoveTasksCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SQSClient,
  StartMessageMoveTaskCommand,
  type Message,
} from '@aws-sdk/client-sqs';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LOCAL_CREDENTIALS } from '../../../../infra/local/aws/start-local-aws.ts';
import { bodies, queueActions } from './queue-actions.ts';
import { clientsOf, errorName, sleep, startTestAws, type TestAws } from './start-test-aws.ts';

let local: TestAws;

beforeAll(async () => {
  local = await startTestAws();
});
afterAll(() => local.close());

const { newQueue, newQueueWithDeadLetters, send, receive, receiveOne, setVisibility, remove, attributesOf } = queueActions(() => local.sqs);

/** Well before the 20 seconds of a long poll are over, on a busy machine too. */
const SOON_SECONDS = 12;

async function timed<T>(promise: Promise<T>): Promise<{ readonly value: T; readonly seconds: number }> {
  const start = performance.now();
  const value = await promise;
  return { value, seconds: (performance.now() - start) / 1000 };
}

describe.concurrent('long polls', () => {
  test('a long poll on an empty queue waits its time, or the time of the queue', async () => {
    const url = await newQueue({ ReceiveMessageWaitTimeSeconds: '1' });
    const { value, seconds } = await timed(receive(url));
    expect(value).toEqual([]);
    expect(seconds).toBeGreaterThan(0.95);
    const patient = await newQueue({ ReceiveMessageWaitTimeSeconds: '20' });
    expect((await timed(receive(patient, { WaitTimeSeconds: 0 }))).seconds).toBeLessThan(SOON_SECONDS);
  });

  test('a long poll wakes on a send', async () => {
    const url = await newQueue();
    const poll = timed(receive(url, { WaitTimeSeconds: 20 }));
    await sleep(100);
    await send(url, 'a');
    const { value, seconds } = await poll;
    expect(bodies(value)).toEqual(['a']);
    expect(seconds).toBeLessThan(SOON_SECONDS);
  });

  test('of two long polls, one message wakes one', async () => {
    const url = await newQueue();
    const polls = [receive(url, { WaitTimeSeconds: 2 }), receive(url, { WaitTimeSeconds: 2 })];
    await sleep(100);
    await send(url, 'a');
    expect((await Promise.all(polls)).flat()).toHaveLength(1);
  });

  test('a long poll wakes when a visibility timeout is over', async () => {
    const url = await newQueue();
    await send(url, 'a');
    await receiveOne(url, { VisibilityTimeout: 1 });
    const { value, seconds } = await timed(receive(url, { WaitTimeSeconds: 20 }));
    expect(bodies(value)).toEqual(['a']);
    expect(seconds).toBeLessThan(SOON_SECONDS);
  });

  test('a long poll wakes when a message is given back', async () => {
    const url = await newQueue();
    await send(url, 'a');
    const held = await receiveOne(url);
    const poll = receive(url, { WaitTimeSeconds: 20 });
    await sleep(100);
    await setVisibility(url, held, 0);
    expect(bodies(await poll)).toEqual(['a']);
  });

  test('a long poll wakes when a delay is over', async () => {
    const url = await newQueue();
    await send(url, 'a', { DelaySeconds: 1 });
    const { value, seconds } = await timed(receive(url, { WaitTimeSeconds: 20 }));
    expect(bodies(value)).toEqual(['a']);
    expect(seconds).toBeLessThan(SOON_SECONDS);
  });

  test('a long poll that its client has aborted swallows nothing', async () => {
    const url = await newQueue();
    for (let round = 0; round < 5; round += 1) {
      const abort = new AbortController();
      const poll = local.sqs.send(new ReceiveMessageCommand({ QueueUrl: url, WaitTimeSeconds: 20 }), { abortSignal: abort.signal });
      await sleep(50);
      abort.abort();
      expect(await errorName(poll)).toBe('AbortError');
      await send(url, `after abort ${round}`);
      const message = await receiveOne(url);
      expect(message).toMatchObject({ Body: `after abort ${round}`, Attributes: { ApproximateReceiveCount: '1' } });
      await remove(url, message);
    }
  });

  test('a message whose receiver hung up without reading the answer is given back, uncounted', async ({ expect }) => {
    const url = await newQueue();
    await send(url, 'a');
    const request = await signedReceive(url);
    const socket = connect(Number(new URL(local.aws.sqs).port), '127.0.0.1');
    socket.pause();
    socket.write(request);
    await expect.poll(() => hiddenIn(url)).toBe('1');
    await sleep(50);
    socket.resetAndDestroy();
    expect(await receiveOne(url, { WaitTimeSeconds: 5 })).toMatchObject({ Body: 'a', Attributes: { ApproximateReceiveCount: '1' } });
  });

  test('a message whose receiver read the answer and then left stays hidden', async () => {
    const url = await newQueue();
    await send(url, 'a');
    const { sqs } = clientsOf(local.aws);
    expect((await sqs.send(new ReceiveMessageCommand({ QueueUrl: url }))).Messages).toHaveLength(1);
    sqs.destroy();
    expect(await receive(url, { WaitTimeSeconds: 1 })).toEqual([]);
  });

  test('of messages sent just as their receiver aborts, none is lost and none is delivered twice', async () => {
    const url = await newQueue();
    const polled: (string | undefined)[] = [];
    for (let i = 0; i < 40; i += 1) {
      const abort = new AbortController();
      const poll = local.sqs.send(new ReceiveMessageCommand({ QueueUrl: url, WaitTimeSeconds: 5 }), { abortSignal: abort.signal });
      const received = poll.then(({ Messages = [] }) => polled.push(...bodies(Messages))).catch(() => undefined);
      await sleep(5);
      const sent = send(url, String(i));
      await sleep(i % 12);
      abort.abort();
      await Promise.all([received, sent]);
    }
    const left: Message[] = [];
    while (polled.length + left.length < 40) left.push(await receiveOne(url, { WaitTimeSeconds: 5 }));
    expect([...polled, ...bodies(left)].map(Number).toSorted((a, b) => a - b)).toEqual(Array.from({ length: 40 }, (_, i) => i));
  });

  test('deleting the queue ends a long poll on it', async () => {
    const url = await newQueue();
    const poll = errorName(receive(url, { WaitTimeSeconds: 20 }));
    await sleep(100);
    await local.sqs.send(new DeleteQueueCommand({ QueueUrl: url }));
    expect(await poll).toBe('QueueDoesNotExist');
  });
});

describe.concurrent('dead letters', () => {
  test('after so many receives a message is in the dead-letter queue, with where it came from', async () => {
    const { url, deadLetters } = await newQueueWithDeadLetters(2);
    const { MessageId } = await send(url, 'poison');
    for (const _ of [1, 2]) await setVisibility(url, await receiveOne(url), 0);
    expect(await receive(url)).toEqual([]);
    const dead = await receiveOne(deadLetters);
    const { QueueArn } = await attributesOf(url);
    expect(dead).toMatchObject({ MessageId, Body: 'poison', Attributes: { DeadLetterQueueSourceArn: QueueArn } });
    expect(await attributesOf(url)).toMatchObject({ ApproximateNumberOfMessages: '0', ApproximateNumberOfMessagesNotVisible: '0' });
  });

  test('redrive happens under a long poll too: on the queue, and on its dead-letter queue', async () => {
    const { url, deadLetters } = await newQueueWithDeadLetters(1, { VisibilityTimeout: '1' });
    await send(url, 'poison');
    await receiveOne(url);
    const polls = [receive(url, { WaitTimeSeconds: 2 }), timed(receive(deadLetters, { WaitTimeSeconds: 20 }))] as const;
    expect(await polls[0]).toEqual([]);
    const { value, seconds } = await polls[1];
    expect(bodies(value)).toEqual(['poison']);
    expect(seconds).toBeLessThan(SOON_SECONDS);
  });

  test('a dead-letter queue lists the queues it serves', async () => {
    const { url, deadLetters } = await newQueueWithDeadLetters(3);
    const { queueUrls } = await local.sqs.send(new ListDeadLetterSourceQueuesCommand({ QueueUrl: deadLetters }));
    expect(queueUrls).toEqual([url]);
    expect((await local.sqs.send(new ListDeadLetterSourceQueuesCommand({ QueueUrl: url }))).queueUrls).toEqual([]);
  });

  test('a redrive policy must name a queue that is there', async () => {
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: 'arn:aws:sqs:us-east-1:000000000000:nowhere', maxReceiveCount: 1 });
    expect(await errorName(newQueue({ RedrivePolicy }))).toBe('InvalidParameterValue');
  });

  test('a move task takes dead letters back to where they died, as new messages', async () => {
    const { url, deadLetters } = await newQueueWithDeadLetters(1);
    for (const body of ['a', 'b']) await send(url, body);
    for (const message of await receive(url, { MaxNumberOfMessages: 10 })) await setVisibility(url, message, 0);
    const { QueueArn: SourceArn } = await attributesOf(deadLetters);
    await local.sqs.send(new StartMessageMoveTaskCommand({ SourceArn }));
    const back = [...(await receive(url, { WaitTimeSeconds: 5 })), ...(await receive(url, { WaitTimeSeconds: 5 }))];
    expect(bodies(back).toSorted()).toEqual(['a', 'b']);
    expect(back[0]?.Attributes).toMatchObject({ ApproximateReceiveCount: '1' });
    const { Results } = await local.sqs.send(new ListMessageMoveTasksCommand({ SourceArn }));
    expect(Results).toMatchObject([{ Status: 'COMPLETED', SourceArn, ApproximateNumberOfMessagesMoved: 2, ApproximateNumberOfMessagesToMove: 2 }]);
  });

  test('a move task goes elsewhere when told, no faster than told, and stops when cancelled', async () => {
    const { deadLetters } = await newQueueWithDeadLetters(1);
    const elsewhere = await newQueue();
    const Entries = Array.from({ length: 10 }, (_, i) => ({ Id: String(i), MessageBody: String(i) }));
    await local.sqs.send(new SendMessageBatchCommand({ QueueUrl: deadLetters, Entries }));
    const [{ QueueArn: SourceArn }, { QueueArn: DestinationArn }] = [await attributesOf(deadLetters), await attributesOf(elsewhere)];
    const task = new StartMessageMoveTaskCommand({ SourceArn, DestinationArn, MaxNumberOfMessagesPerSecond: 1 });
    const { TaskHandle } = await local.sqs.send(task);
    expect(await errorName(local.sqs.send(task))).toBe('UnsupportedOperation');
    expect(bodies(await receive(elsewhere, { WaitTimeSeconds: 5 }))).toEqual(['0']);
    const { ApproximateNumberOfMessagesMoved: moved = 0 } = await local.sqs.send(new CancelMessageMoveTaskCommand({ TaskHandle }));
    expect(moved).toBeGreaterThan(0);
    expect(moved).toBeLessThan(10);
    const { Results } = await local.sqs.send(new ListMessageMoveTasksCommand({ SourceArn }));
    expect(Results).toMatchObject([{ Status: 'CANCELLED' }]);
    expect(await errorName(local.sqs.send(new CancelMessageMoveTaskCommand({ TaskHandle })))).toBe('ResourceNotFoundException');
  });

  test('only a dead-letter queue can be the source of a move task', async () => {
    const { QueueArn: SourceArn } = await attributesOf(await newQueue());
    expect(await errorName(local.sqs.send(new StartMessageMoveTaskCommand({ SourceArn })))).toBe('InvalidParameterValue');
  });
});

async function hiddenIn(url: string): Promise<string | undefined> {
  return (await attributesOf(url))['ApproximateNumberOfMessagesNotVisible'];
}

/** A ReceiveMessage as the client signs it, to be sent by hand. */
async function signedReceive(QueueUrl: string): Promise<string> {
  let wire = '';
  const client = new SQSClient({
    endpoint: local.aws.sqs,
    region: 'us-east-1',
    credentials: { ...LOCAL_CREDENTIALS },
    maxAttempts: 1,
    requestHandler: {
      handle: ({ method, path, headers, body }: { method: string; path: string; headers: Record<string, string>; body: unknown }) => {
        const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
        const bytes = typeof body === 'string' ? body : Buffer.from(body instanceof Uint8Array ? body : []).toString();
        wire = `${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n${bytes}`;
        return Promise.reject(new Error('taken off the wire'));
      },
    },
  });
  await client.send(new ReceiveMessageCommand({ QueueUrl })).catch(() => undefined);
  return wire;
}
