import * as v from 'valibot';
import { AwsError } from '../aws-error.ts';
import type { Call } from '../aws-json.ts';
import { runBatch } from './batch.ts';
import type { Broker } from './broker.ts';
import { messageBytes, readDraft, SENDABLE, type Sendable } from './draft.ts';
import { expectWithin, NAMES, parseInput, QUEUE_URL, queueNameOfUrl } from './input.ts';
import { md5, md5OfAttributes } from './message-digest.ts';
import type { Message } from './message.ts';
import { MAX_MESSAGE_BYTES, MAX_VISIBILITY_SECONDS, MAX_WAIT_SECONDS } from './queue-attributes.ts';
import type { Queue } from './queue.ts';
import type { Queues } from './queues.ts';
import { receiptHandle } from './receipt-handle.ts';
import { invalidParameter } from './sqs-error.ts';

const ENTRY_ID = { Id: v.string() };
const HANDLE = { ReceiptHandle: v.string() };
const VISIBILITY = { ...HANDLE, VisibilityTimeout: v.number() };
const batchOf = <Fields extends v.ObjectEntries>(fields: Fields) =>
  v.object({ QueueUrl: QUEUE_URL, Entries: v.optional(v.array(v.object({ ...ENTRY_ID, ...fields })), []) });

const SEND = v.object({ QueueUrl: QUEUE_URL, ...SENDABLE });
const SEND_BATCH = batchOf(SENDABLE);
const DELETE = v.object({ QueueUrl: QUEUE_URL, ...HANDLE });
const DELETE_BATCH = batchOf(HANDLE);
const CHANGE_VISIBILITY = v.object({ QueueUrl: QUEUE_URL, ...VISIBILITY });
const CHANGE_VISIBILITY_BATCH = batchOf(VISIBILITY);
const RECEIVE = v.object({
  QueueUrl: QUEUE_URL,
  MaxNumberOfMessages: v.optional(v.number(), 1),
  VisibilityTimeout: v.optional(v.number()),
  WaitTimeSeconds: v.optional(v.number()),
  AttributeNames: NAMES,
  MessageSystemAttributeNames: NAMES,
  MessageAttributeNames: NAMES,
  ReceiveRequestAttemptId: v.optional(v.string()),
});

/** The operations on messages. */
export class MessageOperations {
  constructor(
    private readonly queues: Queues,
    private readonly broker: Broker,
    private readonly accountId: string,
  ) {}

  send(raw: unknown): unknown {
    const { QueueUrl, ...sendable } = parseInput(SEND, raw);
    return this.#send(this.#queue(QueueUrl), sendable);
  }

  sendBatch(raw: unknown): unknown {
    const { QueueUrl, Entries } = parseInput(SEND_BATCH, raw);
    const queue = this.#queue(QueueUrl);
    const bytes = Entries.reduce((sum, entry) => sum + messageBytes(entry), 0);
    if (bytes > MAX_MESSAGE_BYTES) {
      throw new AwsError('BatchRequestTooLong', `Batch requests cannot be longer than ${MAX_MESSAGE_BYTES} bytes. You have sent ${bytes} bytes.`);
    }
    return runBatch(Entries, (entry) => this.#send(queue, entry));
  }

  async receive(raw: unknown, call: Call): Promise<unknown> {
    const input = parseInput(RECEIVE, raw);
    const queue = this.#queue(input.QueueUrl);
    const waitSeconds = input.WaitTimeSeconds ?? queue.seconds('ReceiveMessageWaitTimeSeconds');
    const visibilitySeconds = input.VisibilityTimeout ?? queue.seconds('VisibilityTimeout');
    expectWithin('MaxNumberOfMessages', input.MaxNumberOfMessages, 1, 10);
    expectWithin('WaitTimeSeconds', waitSeconds, 0, MAX_WAIT_SECONDS);
    expectWithin('VisibilityTimeout', visibilitySeconds, 0, MAX_VISIBILITY_SECONDS);
    const messages = await this.broker.receive(queue, { max: input.MaxNumberOfMessages, visibilitySeconds, waitSeconds }, call.gone);
    if (messages.length === 0) return {};
    call.onUndelivered(() => this.broker.giveBack(queue, messages));
    const wanted = new Set([...input.AttributeNames, ...input.MessageSystemAttributeNames]);
    return { Messages: messages.map((message) => this.#describe(queue, message, wanted, input.MessageAttributeNames)) };
  }

  delete(raw: unknown): unknown {
    const { QueueUrl, ReceiptHandle } = parseInput(DELETE, raw);
    this.broker.delete(this.#queue(QueueUrl), ReceiptHandle);
    return {};
  }

  deleteBatch(raw: unknown): unknown {
    const { QueueUrl, Entries } = parseInput(DELETE_BATCH, raw);
    const queue = this.#queue(QueueUrl);
    return runBatch(Entries, ({ ReceiptHandle }) => {
      this.broker.delete(queue, ReceiptHandle);
      return {};
    });
  }

  changeVisibility(raw: unknown): unknown {
    const { QueueUrl, ...change } = parseInput(CHANGE_VISIBILITY, raw);
    return this.#changeVisibility(this.#queue(QueueUrl), change);
  }

  changeVisibilityBatch(raw: unknown): unknown {
    const { QueueUrl, Entries } = parseInput(CHANGE_VISIBILITY_BATCH, raw);
    const queue = this.#queue(QueueUrl);
    return runBatch(Entries, (entry) => this.#changeVisibility(queue, entry));
  }

  #queue(url: string): Queue {
    return this.queues.queue(queueNameOfUrl(url));
  }

  #send(queue: Queue, sendable: Sendable): object {
    const { messageId, sequenceNumber } = this.broker.send(queue, readDraft(queue, sendable));
    return {
      MessageId: messageId,
      MD5OfMessageBody: md5(sendable.MessageBody),
      MD5OfMessageAttributes: md5OfAttributes(sendable.MessageAttributes),
      MD5OfMessageSystemAttributes: md5OfAttributes(sendable.MessageSystemAttributes),
      SequenceNumber: sequenceNumber,
    };
  }

  #changeVisibility(queue: Queue, { ReceiptHandle, VisibilityTimeout: seconds }: { ReceiptHandle: string; VisibilityTimeout: number }): object {
    if (!Number.isInteger(seconds) || seconds < 0 || seconds > MAX_VISIBILITY_SECONDS) {
      throw invalidParameter('VisibilityTimeout', seconds, `Must be between 0 and ${MAX_VISIBILITY_SECONDS}.`);
    }
    this.broker.changeVisibility(queue, ReceiptHandle, seconds);
    return {};
  }

  #describe(queue: Queue, message: Message, wanted: ReadonlySet<string>, attributeNames: readonly string[]): object {
    const known: Readonly<Record<string, string | undefined>> = {
      SenderId: this.accountId,
      SentTimestamp: String(message.sentAt),
      ApproximateReceiveCount: String(message.receiveCount),
      ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt),
      MessageGroupId: message.groupId,
      MessageDeduplicationId: message.deduplicationId,
      SequenceNumber: message.sequenceNumber,
      DeadLetterQueueSourceArn: message.deadLetterSourceArn,
      AWSTraceHeader: message.systemAttributes['AWSTraceHeader']?.StringValue,
    };
    const system = Object.entries(known).filter(([name, value]) => value !== undefined && (wanted.has('All') || wanted.has(name)));
    const attributes = Object.fromEntries(Object.entries(message.attributes).filter(([name]) => attributeNames.some((asked) => matches(name, asked))));
    return {
      MessageId: message.id,
      ReceiptHandle: receiptHandle(queue, message),
      MD5OfBody: md5(message.body),
      Body: message.body,
      ...(system.length > 0 && { Attributes: Object.fromEntries(system) }),
      ...(Object.keys(attributes).length > 0 && { MessageAttributes: attributes, MD5OfMessageAttributes: md5OfAttributes(attributes) }),
    };
  }
}

/** `All`, `.*`, a name, or a prefix as `order.*`. */
function matches(name: string, asked: string): boolean {
  if (asked === 'All' || asked === '.*') return true;
  return asked.endsWith('.*') ? name.startsWith(asked.slice(0, -2)) : name === asked;
}
