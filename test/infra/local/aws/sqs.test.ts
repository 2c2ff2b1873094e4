import { createHash, randomUUID } from 'node:crypto';
import {
  ChangeMessageVisibilityBatchCommand,
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  DeleteQueueCommand,
  GetQueueUrlCommand,
  ListQueuesCommand,
  ListQueueTagsCommand,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SetQueueAttributesCommand,
  TagQueueCommand,
  UntagQueueCommand,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bodies, queueActions } from './queue-actions.ts';
import { clientsOf, errorName, startTestAws, type TestAws } from './start-test-aws.ts';

let local: TestAws;

beforeAll(async () => {
  local = await startTestAws();
});
afterAll(() => local.close());

const { newQueue, send, receive, receiveOne, setVisibility, remove, attributesOf } = queueActions(() => local.sqs);

describe.concurrent('queues', () => {
  test('creating a queue twice gives the same queue, with other attributes an error', async () => {
    const QueueName = randomUUID();
    const first = await local.sqs.send(new CreateQueueCommand({ QueueName, Attributes: { DelaySeconds: '1' } }));
    const again = await local.sqs.send(new CreateQueueCommand({ QueueName, Attributes: { DelaySeconds: '1' } }));
    expect(again.QueueUrl).toBe(first.QueueUrl);
    expect(await errorName(local.sqs.send(new CreateQueueCommand({ QueueName, Attributes: { DelaySeconds: '2' } })))).toBe('QueueNameExists');
  });

  test('a queue is found by its name and listed by its prefix, page by page', async () => {
    const prefix = randomUUID();
    for (const n of [1, 2, 3]) await local.sqs.send(new CreateQueueCommand({ QueueName: `${prefix}-${n}` }));
    const { QueueUrl } = await local.sqs.send(new GetQueueUrlCommand({ QueueName: `${prefix}-2` }));
    const page = await local.sqs.send(new ListQueuesCommand({ QueueNamePrefix: prefix, MaxResults: 2 }));
    const rest = await local.sqs.send(new ListQueuesCommand({ QueueNamePrefix: prefix, MaxResults: 2, NextToken: page.NextToken }));
    expect([...(page.QueueUrls ?? []), ...(rest.QueueUrls ?? [])].map((url) => url.slice(-2))).toEqual(['-1', '-2', '-3']);
    expect(page.QueueUrls?.[1]).toBe(QueueUrl);
    expect(rest.NextToken).toBeUndefined();
  });

  test('a queue that is not there, or no more, is QueueDoesNotExist with the query protocol code beside it', async () => {
    const url = await newQueue();
    await local.sqs.send(new DeleteQueueCommand({ QueueUrl: url }));
    const gone = { name: 'QueueDoesNotExist', Code: 'AWS.SimpleQueueService.NonExistentQueue' };
    await expect(local.sqs.send(new GetQueueUrlCommand({ QueueName: 'nowhere' }))).rejects.toMatchObject(gone);
    await expect(send(url, 'x')).rejects.toMatchObject(gone);
    await expect(receive(url)).rejects.toMatchObject(gone);
  });

  test('attributes have defaults, are set within limits, and are refused outside them', async () => {
    const url = await newQueue();
    expect(await attributesOf(url)).toMatchObject({ VisibilityTimeout: '30', DelaySeconds: '0', MaximumMessageSize: '1048576', ReceiveMessageWaitTimeSeconds: '0' });
    await local.sqs.send(new SetQueueAttributesCommand({ QueueUrl: url, Attributes: { VisibilityTimeout: '7' } }));
    expect(await attributesOf(url)).toMatchObject({ VisibilityTimeout: '7', QueueArn: expect.stringMatching(/^arn:aws:sqs:/) });
    const set = (Attributes: Record<string, string>) => local.sqs.send(new SetQueueAttributesCommand({ QueueUrl: url, Attributes }));
    expect(await errorName(set({ VisibilityTimeout: '43201' }))).toBe('InvalidAttributeValue');
    expect(await errorName(set({ Colour: 'red' }))).toBe('InvalidAttributeName');
  });

  test('a queue keeps tags', async () => {
    const QueueUrl = await newQueue();
    await local.sqs.send(new TagQueueCommand({ QueueUrl, Tags: { a: '1', b: '2' } }));
    await local.sqs.send(new UntagQueueCommand({ QueueUrl, TagKeys: ['a'] }));
    expect((await local.sqs.send(new ListQueueTagsCommand({ QueueUrl }))).Tags).toEqual({ b: '2' });
  });

  test('purging leaves nothing', async () => {
    const QueueUrl = await newQueue();
    await send(QueueUrl, 'a');
    await send(QueueUrl, 'b', { DelaySeconds: 5 });
    await local.sqs.send(new PurgeQueueCommand({ QueueUrl }));
    expect(await receive(QueueUrl)).toEqual([]);
    expect(await attributesOf(QueueUrl)).toMatchObject({ ApproximateNumberOfMessages: '0', ApproximateNumberOfMessagesDelayed: '0' });
  });

  test('a client with the wrong secret, or an unknown key, is refused', async () => {
    const QueueUrl = await newQueue();
    const wrong = clientsOf(local.aws, { accessKeyId: 'local', secretAccessKey: 'guess' });
    const unknown = clientsOf(local.aws, { accessKeyId: 'stranger', secretAccessKey: 'local-secret' });
    expect(await errorName(wrong.sqs.send(new ReceiveMessageCommand({ QueueUrl })))).toBe('SignatureDoesNotMatch');
    expect(await errorName(unknown.sqs.send(new ReceiveMessageCommand({ QueueUrl })))).toBe('InvalidClientTokenId');
  });
});

describe.concurrent('messages', () => {
  test('a message comes back as it was sent, with MD5s of body and attributes that the client checks', async () => {
    const url = await newQueue();
    const MessageAttributes = {
      kind: { DataType: 'String', StringValue: 'häuser' },
      count: { DataType: 'Number', StringValue: '3' },
      blob: { DataType: 'Binary.png', BinaryValue: new Uint8Array([0, 255, 7]) },
    };
    const sent = await send(url, 'ein rotes Haus 🏠', { MessageAttributes });
    const message = await receiveOne(url, { MessageAttributeNames: ['All'] });
    expect(message).toMatchObject({ MessageId: sent.MessageId, Body: 'ein rotes Haus 🏠', MessageAttributes });
    expect(sent.MD5OfMessageBody).toBe(createHash('md5').update('ein rotes Haus 🏠').digest('hex'));
    expect(message.MD5OfMessageAttributes).toBe(sent.MD5OfMessageAttributes);
    expect(sent.MD5OfMessageAttributes).toBe(md5ByTheGuide(MessageAttributes));
  });

  test('only the attributes that are asked for come along, by name or prefix', async () => {
    const url = await newQueue();
    const text = (StringValue: string) => ({ DataType: 'String', StringValue });
    await send(url, 'x', { MessageAttributes: { 'a.one': text('1'), 'a.two': text('2'), b: text('3') } });
    const named = await receiveOne(url, { VisibilityTimeout: 0, MessageAttributeNames: ['b'], MessageSystemAttributeNames: ['SentTimestamp'] });
    const prefixed = await receiveOne(url, { VisibilityTimeout: 0, MessageAttributeNames: ['a.*'] });
    const none = await receiveOne(url, { MessageSystemAttributeNames: [] });
    expect(Object.keys(named.MessageAttributes ?? {})).toEqual(['b']);
    expect(Object.keys(named.Attributes ?? {})).toEqual(['SentTimestamp']);
    expect(Object.keys(prefixed.MessageAttributes ?? {})).toEqual(['a.one', 'a.two']);
    expect(none).not.toHaveProperty('Attributes');
    expect(none.MessageAttributes).toBeUndefined();
  });

  test('a message that is too large, empty, or holds characters XML cannot, is refused', async () => {
    const url = await newQueue({ MaximumMessageSize: '1024' });
    expect(await errorName(send(url, 'x'.repeat(1025)))).toBe('InvalidParameterValue');
    await send(url, 'x'.repeat(1024));
    expect(await errorName(send(url, 'x'.repeat(1020), { MessageAttributes: { a: { DataType: 'String', StringValue: 'b' } } }))).toBe('InvalidParameterValue');
    expect(await errorName(send(url, ''))).toBe('MissingParameter');
    expect(await errorName(send(url, 'bell \u0007'))).toBe('InvalidMessageContents');
    const large = await newQueue();
    await send(large, 'x'.repeat(1024 * 1024));
    expect(await errorName(send(large, 'x'.repeat(1024 * 1024 + 1)))).toBe('InvalidParameterValue');
  });

  test('a batch may partly fail: each entry is told its own fate', async () => {
    const url = await newQueue();
    const Entries = [
      { Id: 'good', MessageBody: 'a' },
      { Id: 'late', MessageBody: 'b', DelaySeconds: 901 },
      { Id: 'bad', MessageBody: '\u0000' },
    ];
    const sent = await local.sqs.send(new SendMessageBatchCommand({ QueueUrl: url, Entries }));
    expect(sent.Successful?.map(({ Id }) => Id)).toEqual(['good']);
    expect(sent.Failed).toMatchObject([
      { Id: 'late', SenderFault: true, Code: 'InvalidParameterValue' },
      { Id: 'bad', SenderFault: true, Code: 'InvalidMessageContents' },
    ]);
    const { ReceiptHandle } = await receiveOne(url);
    const handles = [
      { Id: 'mine', ReceiptHandle },
      { Id: 'made-up', ReceiptHandle: 'nonsense' },
    ];
    const visibility = handles.map((entry) => ({ ...entry, VisibilityTimeout: 5 }));
    const changed = await local.sqs.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl: url, Entries: visibility }));
    const deleted = await local.sqs.send(new DeleteMessageBatchCommand({ QueueUrl: url, Entries: handles }));
    for (const outcome of [changed, deleted]) {
      expect(outcome.Successful).toEqual([{ Id: 'mine' }]);
      expect(outcome.Failed).toMatchObject([{ Id: 'made-up', Code: 'ReceiptHandleIsInvalid' }]);
    }
  });

  test('a batch that is empty, too long, too large, or repeats an id, fails as a whole', async () => {
    const url = await newQueue();
    const batch = (ids: readonly string[], body = 'x') =>
      errorName(local.sqs.send(new SendMessageBatchCommand({ QueueUrl: url, Entries: ids.map((Id) => ({ Id, MessageBody: body })) })));
    expect(await batch([])).toBe('EmptyBatchRequest');
    expect(await batch(Array.from({ length: 11 }, (_, i) => String(i)))).toBe('TooManyEntriesInBatchRequest');
    expect(await batch(['a', 'a'])).toBe('BatchEntryIdsNotDistinct');
    expect(await batch(['a b'])).toBe('InvalidBatchEntryId');
    expect(await batch(['a', 'b'], 'x'.repeat(600_000))).toBe('BatchRequestTooLong');
    expect(await receive(url)).toEqual([]);
  });

  test('a wait, number or visibility out of its limits is refused', async () => {
    const url = await newQueue();
    expect(await errorName(receive(url, { WaitTimeSeconds: 21 }))).toBe('InvalidParameterValue');
    expect(await errorName(receive(url, { WaitTimeSeconds: -1 }))).toBe('InvalidParameterValue');
    expect(await errorName(receive(url, { MaxNumberOfMessages: 11 }))).toBe('InvalidParameterValue');
    expect(await errorName(receive(url, { VisibilityTimeout: 43_201 }))).toBe('InvalidParameterValue');
  });

  test('counters tell visible, hidden and delayed messages apart', async () => {
    const url = await newQueue();
    for (const body of ['a', 'b', 'c']) await send(url, body);
    await send(url, 'd', { DelaySeconds: 60 });
    await receive(url);
    expect(await attributesOf(url)).toMatchObject({
      ApproximateNumberOfMessages: '2',
      ApproximateNumberOfMessagesNotVisible: '1',
      ApproximateNumberOfMessagesDelayed: '1',
    });
  });

  test('a thousand messages and eight consumers: each message once', async () => {
    const url = await newQueue();
    const numbers = Array.from({ length: 1000 }, (_, i) => String(i));
    const batches = Array.from({ length: 100 }, (_, i) => numbers.slice(i * 10, i * 10 + 10));
    await Promise.all(
      batches.map((batch) => local.sqs.send(new SendMessageBatchCommand({ QueueUrl: url, Entries: batch.map((n) => ({ Id: n, MessageBody: n })) }))),
    );
    const seen: (string | undefined)[] = [];
    const consume = async (): Promise<void> => {
      for (;;) {
        const messages = await receive(url, { MaxNumberOfMessages: 10 });
        if (messages.length === 0) return;
        seen.push(...bodies(messages));
        const Entries = messages.map(({ MessageId, ReceiptHandle }) => ({ Id: MessageId, ReceiptHandle }));
        await local.sqs.send(new DeleteMessageBatchCommand({ QueueUrl: url, Entries }));
      }
    };
    await Promise.all(Array.from({ length: 8 }, consume));
    expect(seen.toSorted()).toEqual(numbers.toSorted());
    expect(await attributesOf(url)).toMatchObject({ ApproximateNumberOfMessages: '0', ApproximateNumberOfMessagesNotVisible: '0' });
  });
});

describe.concurrent('visibility', () => {
  test('visibility cannot be changed beyond 12 hours, by a nonsense handle, or when nobody holds the message', async () => {
    const url = await newQueue();
    await send(url, 'a');
    const message = await receiveOne(url);
    expect(await errorName(setVisibility(url, message, 43_201))).toBe('InvalidParameterValue');
    expect(await errorName(setVisibility(url, message, -1))).toBe('InvalidParameterValue');
    expect(await errorName(setVisibility(url, { ReceiptHandle: 'nonsense' }, 1))).toBe('ReceiptHandleIsInvalid');
    await setVisibility(url, message, 0);
    expect(await errorName(setVisibility(url, message, 10))).toBe('MessageNotInflight');
    await remove(url, message);
    expect(await errorName(setVisibility(url, message, 10))).toBe('InvalidParameterValue');
  });

  test('the handle of an earlier receive neither deletes nor extends', async () => {
    const url = await newQueue();
    await send(url, 'a');
    const stale = await receiveOne(url);
    await setVisibility(url, stale, 0);
    const current = await receiveOne(url);
    expect(current.ReceiptHandle).not.toBe(stale.ReceiptHandle);
    await remove(url, stale);
    expect(await errorName(setVisibility(url, stale, 0))).toBe('InvalidParameterValue');
    await setVisibility(url, current, 0);
    expect(bodies(await receive(url))).toEqual(['a']);
  });

  test('deleting twice is no error, and a handle whose time is over still deletes', async () => {
    const url = await newQueue();
    await send(url, 'a');
    const message = await receiveOne(url, { VisibilityTimeout: 0 });
    await remove(url, message);
    await remove(url, message);
    expect(await receive(url)).toEqual([]);
  });
});

// With a clock that the test moves; one test after the other, since they share it.
describe('time', () => {
  test('a received message is hidden, and comes again when its time is over, counted', async () => {
    const url = await newQueue();
    await send(url, 'a');
    expect((await receiveOne(url)).Attributes).toMatchObject({ ApproximateReceiveCount: '1' });
    local.skip(28_000);
    expect(await receive(url)).toEqual([]);
    local.skip(3_000);
    expect((await receiveOne(url)).Attributes).toMatchObject({ ApproximateReceiveCount: '2' });
  });

  test('visibility 0 gives a message back at once, and more time keeps it hidden', async () => {
    const url = await newQueue();
    await send(url, 'a');
    await setVisibility(url, await receiveOne(url), 0);
    const message = await receiveOne(url);
    await setVisibility(url, message, 100);
    local.skip(60_000);
    expect(await receive(url)).toEqual([]);
    local.skip(41_000);
    expect(bodies(await receive(url))).toEqual(['a']);
  });

  test('a delayed message stays away until its time', async () => {
    const url = await newQueue({ DelaySeconds: '30' });
    await send(url, 'by the queue');
    await send(url, 'at once', { DelaySeconds: 0 });
    expect(bodies(await receive(url, { MaxNumberOfMessages: 10 }))).toEqual(['at once']);
    local.skip(31_000);
    expect(bodies(await receive(url, { MaxNumberOfMessages: 10 }))).toContain('by the queue');
  });

  test('a message past its retention period is gone', async () => {
    const url = await newQueue({ MessageRetentionPeriod: '60' });
    await send(url, 'a');
    local.skip(61_000);
    expect(await receive(url)).toEqual([]);
  });
});

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html, written down again. */
function md5ByTheGuide(attributes: Record<string, { DataType: string; StringValue?: string; BinaryValue?: Uint8Array }>): string {
  const counted = (bytes: Uint8Array): Buffer => Buffer.concat([Buffer.from([0, 0, bytes.length >> 8, bytes.length & 255]), bytes]);
  const parts = Object.keys(attributes)
    .toSorted()
    .flatMap((name) => {
      const { DataType = '', StringValue, BinaryValue } = attributes[name] ?? {};
      const value = BinaryValue ?? Buffer.from(StringValue ?? '');
      return [counted(Buffer.from(name)), counted(Buffer.from(DataType)), Buffer.from([BinaryValue === undefined ? 1 : 2]), counted(value)];
    });
  return createHash('md5').update(Buffer.concat(parts)).digest('hex');
}
