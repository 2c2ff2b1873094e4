import * as v from 'valibot';
import { AwsError } from '../aws-error.ts';
import { invalidParameter } from './sqs-error.ts';

export const MAX_MESSAGE_BYTES = 1024 * 1024;
export const MAX_VISIBILITY_SECONDS = 12 * 3600;
export const MAX_WAIT_SECONDS = 20;
export const MAX_DELAY_SECONDS = 900;

const DEFAULTS = {
  DelaySeconds: '0',
  MaximumMessageSize: String(MAX_MESSAGE_BYTES),
  MessageRetentionPeriod: String(4 * 24 * 3600),
  ReceiveMessageWaitTimeSeconds: '0',
  VisibilityTimeout: '30',
  SqsManagedSseEnabled: 'true',
};
const FIFO_DEFAULTS = { FifoQueue: 'true', ContentBasedDeduplication: 'false', DeduplicationScope: 'queue', FifoThroughputLimit: 'perQueue' };

/** Attributes that are whole numbers, with their limits. */
const RANGES: Readonly<Record<string, readonly [min: number, max: number]>> = {
  DelaySeconds: [0, MAX_DELAY_SECONDS],
  MaximumMessageSize: [1024, MAX_MESSAGE_BYTES],
  MessageRetentionPeriod: [60, 14 * 24 * 3600],
  ReceiveMessageWaitTimeSeconds: [0, MAX_WAIT_SECONDS],
  VisibilityTimeout: [0, MAX_VISIBILITY_SECONDS],
  KmsDataKeyReusePeriodSeconds: [60, 24 * 3600],
};
const WORDS: Readonly<Record<string, readonly string[]>> = {
  FifoQueue: ['true', 'false'],
  ContentBasedDeduplication: ['true', 'false'],
  SqsManagedSseEnabled: ['true', 'false'],
  DeduplicationScope: ['queue', 'messageGroup'],
  FifoThroughputLimit: ['perQueue', 'perMessageGroupId'],
};
const TEXTS = ['Policy', 'KmsMasterKeyId', 'RedrivePolicy', 'RedriveAllowPolicy'];

const REDRIVE_POLICY = v.object({
  deadLetterTargetArn: v.string(),
  maxReceiveCount: v.pipe(v.union([v.number(), v.string()]), v.transform(Number), v.integer(), v.minValue(1), v.maxValue(1000)),
});

export interface RedrivePolicy {
  readonly deadLetterQueue: string;
  readonly maxReceiveCount: number;
}

/** A new queue's attributes: what was asked over the defaults. Throws when an attribute is unknown or out of its limits. */
export function newAttributes(name: string, asked: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const isFifo = name.endsWith('.fifo');
  if (!/^[\w-]+(\.fifo)?$/.test(name) || name.length > 80) {
    throw new AwsError('InvalidParameterValue', 'Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length');
  }
  if ((asked['FifoQueue'] === 'true') !== isFifo) {
    throw new AwsError('InvalidParameterValue', 'The name of a FIFO queue can only end with the .fifo suffix, and its attribute FifoQueue must be true');
  }
  return { ...DEFAULTS, ...(isFifo && FIFO_DEFAULTS), ...checkAttributes(asked, isFifo) };
}

/** Throws when an attribute is unknown or out of its limits; empty texts mean none. */
export function checkAttributes(asked: Readonly<Record<string, string>>, isFifo: boolean): Readonly<Record<string, string>> {
  for (const [name, value] of Object.entries(asked)) {
    if (!isFifo && Object.hasOwn(FIFO_DEFAULTS, name) && value !== 'false') throw unknownAttribute(name);
    if (!(name in RANGES || name in WORDS || TEXTS.includes(name))) throw unknownAttribute(name);
    const [min, max] = RANGES[name] ?? [0, 0];
    const number = Number(value);
    const badNumber = name in RANGES && !(/^\d+$/.test(value) && number >= min && number <= max);
    if (badNumber || WORDS[name]?.includes(value) === false) throw new AwsError('InvalidAttributeValue', `Invalid value for the parameter ${name}.`);
    if (name === 'RedrivePolicy' && value !== '') parseRedrivePolicy(value);
  }
  return asked;
}

/** Where messages go after too many receives; `undefined` when they stay. */
export function redrivePolicy(attributes: Readonly<Record<string, string>>): RedrivePolicy | undefined {
  const text = attributes['RedrivePolicy'];
  return text === undefined || text === '' ? undefined : parseRedrivePolicy(text);
}

/** `arn:aws:sqs:us-east-1:000000000000:jobs` → `jobs` */
export function queueNameOfArn(arn: string): string {
  return arn.slice(arn.lastIndexOf(':') + 1);
}

function parseRedrivePolicy(text: string): RedrivePolicy {
  const result = v.safeParse(v.pipe(v.string(), v.parseJson(), REDRIVE_POLICY), text);
  if (!result.success) throw invalidParameter('RedrivePolicy', text, result.issues[0].message);
  const { deadLetterTargetArn, maxReceiveCount } = result.output;
  return { deadLetterQueue: queueNameOfArn(deadLetterTargetArn), maxReceiveCount };
}

function unknownAttribute(name: string): AwsError {
  return new AwsError('InvalidAttributeName', `Unknown Attribute ${name}.`);
}
