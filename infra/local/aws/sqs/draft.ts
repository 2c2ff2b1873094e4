import * as v from 'valibot';
import { AwsError } from '../aws-error.ts';
import type { Draft } from './broker.ts';
import { expectWithin } from './input.ts';
import { attributeBytes } from './message-digest.ts';
import { MESSAGE_ATTRIBUTE, type MessageAttribute } from './message.ts';
import { MAX_DELAY_SECONDS } from './queue-attributes.ts';
import type { Queue } from './queue.ts';
import { invalidParameter, missingParameter } from './sqs-error.ts';

const MAX_ATTRIBUTES = 10;
const ID = /^[!-~]{1,128}$/;

const ATTRIBUTE_MAP = v.optional(v.record(v.string(), MESSAGE_ATTRIBUTE), {});

/** The fields of a message to send, alone or in a batch. */
export const SENDABLE = {
  MessageBody: v.string(),
  DelaySeconds: v.optional(v.number()),
  MessageAttributes: ATTRIBUTE_MAP,
  MessageSystemAttributes: ATTRIBUTE_MAP,
  MessageDeduplicationId: v.optional(v.string()),
  MessageGroupId: v.optional(v.string()),
};
const SENDABLE_OBJECT = v.object(SENDABLE);

export type Sendable = v.InferOutput<typeof SENDABLE_OBJECT>;

/** Checks a message against its queue's rules. Throws InvalidParameterValue, MissingParameter or InvalidMessageContents. */
export function readDraft(queue: Queue, input: Sendable): Draft {
  const { MessageBody: body, MessageAttributes: attributes, MessageGroupId: groupId, MessageDeduplicationId: deduplicationId } = input;
  if (body === '') throw missingParameter('MessageBody');
  checkCharacters(body);
  checkAttributes(attributes);
  checkSize(messageBytes(input), Number(queue.attributes['MaximumMessageSize']));
  const delaySeconds = input.DelaySeconds ?? queue.seconds('DelaySeconds');
  expectWithin('DelaySeconds', delaySeconds, 0, MAX_DELAY_SECONDS);
  for (const [name, id] of Object.entries({ MessageGroupId: groupId, MessageDeduplicationId: deduplicationId })) {
    if (id !== undefined && !ID.test(id)) throw invalidParameter(name, id, `${name} can only include alphanumeric and punctuation characters. 1 to 128 in length.`);
  }
  if (queue.isFifo) checkFifo(queue, input);
  else if (deduplicationId !== undefined) {
    throw invalidParameter('MessageDeduplicationId', deduplicationId, 'The request include parameter that is not valid for this queue type.');
  }
  return { body, attributes, systemAttributes: input.MessageSystemAttributes, delaySeconds, groupId, deduplicationId };
}

/** Bytes a message counts for: body and attributes, with their names and types. */
export function messageBytes({ MessageBody, MessageAttributes }: Sendable): number {
  return Object.entries(MessageAttributes).reduce(
    (sum, [name, attribute]) => sum + Buffer.byteLength(name) + Buffer.byteLength(attribute.DataType) + attributeBytes(attribute).length,
    Buffer.byteLength(MessageBody),
  );
}

function checkFifo(queue: Queue, { MessageGroupId, MessageDeduplicationId, DelaySeconds }: Sendable): void {
  if (MessageGroupId === undefined) throw missingParameter('MessageGroupId');
  if (MessageDeduplicationId === undefined && queue.attributes['ContentBasedDeduplication'] !== 'true') {
    throw new AwsError('InvalidParameterValue', 'The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly');
  }
  if (DelaySeconds !== undefined && DelaySeconds !== 0) {
    throw invalidParameter('DelaySeconds', DelaySeconds, 'The request include parameter that is not valid for this queue type.');
  }
}

function checkSize(bytes: number, max: number): void {
  if (bytes > max) throw new AwsError('InvalidParameterValue', `One or more parameters are invalid. Reason: Message must be shorter than ${max} bytes.`);
}

/** https://www.w3.org/TR/xml/#charsets */
function checkCharacters(body: string): void {
  // oxlint-disable-next-line no-control-regex -- these are the very characters that are refused
  if (/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/.test(body)) {
    throw new AwsError('InvalidMessageContents', 'Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF');
  }
}

function checkAttributes(attributes: Readonly<Record<string, MessageAttribute>>): void {
  const entries = Object.entries(attributes);
  if (entries.length > MAX_ATTRIBUTES) {
    throw new AwsError('InvalidParameterValue', `Number of message attributes [${entries.length}] exceeds the allowed maximum [${MAX_ATTRIBUTES}].`);
  }
  for (const [name, { DataType, StringValue, BinaryValue }] of entries) {
    const [kind = ''] = DataType.split('.');
    if (!['String', 'Number', 'Binary'].includes(kind)) {
      throw new AwsError('InvalidParameterValue', `The type of message (user) attribute '${name}' is invalid. You must use only the following supported type prefixes: Binary, Number, String.`);
    }
    const value = kind === 'Binary' ? BinaryValue : StringValue;
    if (value === undefined || value === '') throw new AwsError('InvalidParameterValue', `The message (user) attribute '${name}' must contain a non-empty value of type '${kind}'.`);
    if (kind === 'Number' && !Number.isFinite(Number(value))) throw new AwsError('InvalidParameterValue', `Can't cast the value of message (user) attribute '${name}' to a number.`);
  }
}
