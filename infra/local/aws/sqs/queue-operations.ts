import * as v from 'valibot';
import { AwsError } from '../aws-error.ts';
import type { Call } from '../aws-json.ts';
import type { Broker } from './broker.ts';
import { ATTRIBUTES, expectWithin, NAMES, parseInput, QUEUE_URL, queueNameOfUrl } from './input.ts';
import { isDelayed, isInFlight } from './message.ts';
import type { MoveTasks } from './move-tasks.ts';
import { checkAttributes, newAttributes, queueNameOfArn, redrivePolicy } from './queue-attributes.ts';
import type { Queue } from './queue.ts';
import type { Entry, Queues } from './queues.ts';
import { invalidParameter } from './sqs-error.ts';

const TAGS = v.optional(v.record(v.string(), v.string()), {});
const CREATE = v.object({ QueueName: v.string(), Attributes: ATTRIBUTES, tags: TAGS });
const ONE_QUEUE = v.object({ QueueUrl: QUEUE_URL });
const GET_URL = v.object({ QueueName: v.string() });
const LIST = v.object({ QueueNamePrefix: v.optional(v.string(), ''), MaxResults: v.optional(v.number()), NextToken: v.optional(v.string()) });
const SOURCES = v.object({ QueueUrl: QUEUE_URL, MaxResults: v.optional(v.number()), NextToken: v.optional(v.string()) });
const GET_ATTRIBUTES = v.object({ QueueUrl: QUEUE_URL, AttributeNames: NAMES });
const SET_ATTRIBUTES = v.object({ QueueUrl: QUEUE_URL, Attributes: v.record(v.string(), v.string()) });
const TAG = v.object({ QueueUrl: QUEUE_URL, Tags: v.record(v.string(), v.string()) });
const UNTAG = v.object({ QueueUrl: QUEUE_URL, TagKeys: v.array(v.string()) });
const START_MOVE = v.object({ SourceArn: v.string(), DestinationArn: v.optional(v.string()), MaxNumberOfMessagesPerSecond: v.optional(v.number()) });
const LIST_MOVES = v.object({ SourceArn: v.string(), MaxResults: v.optional(v.number(), 1) });
const CANCEL_MOVE = v.object({ TaskHandle: v.string() });

export interface QueueOperationsOptions {
  readonly queues: Queues;
  readonly broker: Broker;
  readonly moves: MoveTasks;
  readonly commit: (entry: Entry) => void;
  readonly now: () => number;
  readonly arnOf: (queueName: string) => string;
  readonly accountId: string;
}

/** The operations on queues. */
export class QueueOperations {
  constructor(private readonly options: QueueOperationsOptions) {}

  /** The same queue twice is one queue; with other attributes it is an error. */
  create(raw: unknown, call: Call): unknown {
    const { QueueName: name, Attributes: asked, tags } = parseInput(CREATE, raw);
    const attributes = newAttributes(name, asked);
    this.#checkDeadLetterQueue(attributes, name);
    const existing = this.options.queues.byName.get(name);
    const differs = existing && Object.entries(asked).find(([key, value]) => existing.attributes[key] !== value);
    if (differs !== undefined) {
      throw new AwsError('QueueNameExists', `A queue already exists with the same name and a different value for attribute ${differs[0]}`);
    }
    const now = this.options.now();
    if (existing === undefined) this.options.commit({ op: 'create', queue: name, attributes: { ...attributes }, tags, createdAt: now, modifiedAt: now });
    return { QueueUrl: this.#url(name, call) };
  }

  delete(raw: unknown): unknown {
    const { name } = this.#queue(parseInput(ONE_QUEUE, raw));
    this.options.commit({ op: 'delete-queue', queue: name });
    this.options.broker.forget(name);
    return {};
  }

  getUrl(raw: unknown, call: Call): unknown {
    return { QueueUrl: this.#url(this.options.queues.queue(parseInput(GET_URL, raw).QueueName).name, call) };
  }

  list(raw: unknown, call: Call): unknown {
    const { QueueNamePrefix: prefix, ...page } = parseInput(LIST, raw);
    const names = [...this.options.queues.byName.keys()].filter((name) => name.startsWith(prefix));
    const { items, NextToken } = paginate(names, page);
    return { ...(items.length > 0 && { QueueUrls: items.map((name) => this.#url(name, call)) }), NextToken };
  }

  listDeadLetterSources(raw: unknown, call: Call): unknown {
    const { QueueUrl, ...page } = parseInput(SOURCES, raw);
    const { name } = this.#queue({ QueueUrl });
    const sources = Array.from(this.options.queues.byName.values()).filter(({ attributes }) => redrivePolicy(attributes)?.deadLetterQueue === name);
    const { items, NextToken } = paginate(sources.map((source) => source.name), page);
    return { queueUrls: items.map((source) => this.#url(source, call)), NextToken };
  }

  getAttributes(raw: unknown): unknown {
    const input = parseInput(GET_ATTRIBUTES, raw);
    const queue = this.#queue(input);
    this.options.broker.settle(queue);
    const all = this.#describe(queue);
    const unknown = input.AttributeNames.find((name) => name !== 'All' && !(name in all) && !KNOWN_ATTRIBUTES.includes(name));
    if (unknown !== undefined) throw new AwsError('InvalidAttributeName', `Unknown Attribute ${unknown}.`);
    const wanted = Object.entries(all).filter(([name]) => input.AttributeNames.includes('All') || input.AttributeNames.includes(name));
    return wanted.length === 0 ? {} : { Attributes: Object.fromEntries(wanted) };
  }

  setAttributes(raw: unknown): unknown {
    const input = parseInput(SET_ATTRIBUTES, raw);
    const queue = this.#queue(input);
    if ('FifoQueue' in input.Attributes) throw new AwsError('InvalidAttributeName', 'Unknown Attribute FifoQueue.');
    const changed = { ...queue.attributes, ...checkAttributes(input.Attributes, queue.isFifo) };
    this.#checkDeadLetterQueue(changed, queue.name);
    const attributes = Object.fromEntries(Object.entries(changed).filter(([, value]) => value !== ''));
    this.options.commit({ op: 'attributes', queue: queue.name, attributes, at: this.options.now() });
    this.options.broker.wake(queue.name);
    return {};
  }

  purge(raw: unknown): unknown {
    this.options.broker.purge(this.#queue(parseInput(ONE_QUEUE, raw)));
    return {};
  }

  tag(raw: unknown): unknown {
    const input = parseInput(TAG, raw);
    const queue = this.#queue(input);
    this.options.commit({ op: 'tags', queue: queue.name, tags: { ...queue.tags, ...input.Tags } });
    return {};
  }

  untag(raw: unknown): unknown {
    const input = parseInput(UNTAG, raw);
    const queue = this.#queue(input);
    const tags = Object.fromEntries(Object.entries(queue.tags).filter(([name]) => !input.TagKeys.includes(name)));
    this.options.commit({ op: 'tags', queue: queue.name, tags });
    return {};
  }

  listTags(raw: unknown): unknown {
    const { tags } = this.#queue(parseInput(ONE_QUEUE, raw));
    return Object.keys(tags).length > 0 ? { Tags: tags } : {};
  }

  startMove(raw: unknown): unknown {
    const input = parseInput(START_MOVE, raw);
    const rate = input.MaxNumberOfMessagesPerSecond;
    if (rate !== undefined) expectWithin('MaxNumberOfMessagesPerSecond', rate, 1, 500);
    const destination = input.DestinationArn === undefined ? undefined : this.#byArn(input.DestinationArn);
    return { TaskHandle: this.options.moves.start(this.#byArn(input.SourceArn), destination, rate).handle };
  }

  listMoves(raw: unknown): unknown {
    const { SourceArn, MaxResults } = parseInput(LIST_MOVES, raw);
    expectWithin('MaxResults', MaxResults, 1, 10);
    const tasks = this.options.moves.list(this.#byArn(SourceArn).name).slice(0, MaxResults);
    return {
      Results: tasks.map((task) => ({
        ...(task.status === 'RUNNING' && { TaskHandle: task.handle }),
        Status: task.status,
        SourceArn,
        DestinationArn: task.destination && this.options.arnOf(task.destination),
        MaxNumberOfMessagesPerSecond: task.maxPerSecond,
        ApproximateNumberOfMessagesMoved: task.moved,
        ApproximateNumberOfMessagesToMove: task.toMove,
        FailureReason: task.failureReason,
        StartedTimestamp: task.startedAt,
      })),
    };
  }

  cancelMove(raw: unknown): unknown {
    return { ApproximateNumberOfMessagesMoved: this.options.moves.cancel(parseInput(CANCEL_MOVE, raw).TaskHandle).moved };
  }

  #describe(queue: Queue): Readonly<Record<string, string>> {
    const now = this.options.now();
    const messages = [...queue.messages.values()];
    const inFlight = messages.filter((message) => isInFlight(message, now)).length;
    const delayed = messages.filter((message) => isDelayed(message, now)).length;
    return {
      ...queue.attributes,
      QueueArn: this.options.arnOf(queue.name),
      CreatedTimestamp: String(Math.floor(queue.createdAt / 1000)),
      LastModifiedTimestamp: String(Math.floor(queue.modifiedAt / 1000)),
      ApproximateNumberOfMessages: String(messages.length - inFlight - delayed),
      ApproximateNumberOfMessagesNotVisible: String(inFlight),
      ApproximateNumberOfMessagesDelayed: String(delayed),
    };
  }

  #checkDeadLetterQueue(attributes: Readonly<Record<string, string>>, name: string): void {
    const policy = redrivePolicy(attributes);
    if (policy === undefined) return;
    const problem = invalidParameter('RedrivePolicy', attributes['RedrivePolicy'], 'Dead letter target does not exist.');
    if (!this.options.queues.byName.has(policy.deadLetterQueue)) throw problem;
    if (policy.deadLetterQueue.endsWith('.fifo') !== name.endsWith('.fifo')) {
      throw invalidParameter('RedrivePolicy', attributes['RedrivePolicy'], 'Dead-letter queue must be same type of queue as the source.');
    }
  }

  #queue({ QueueUrl }: { readonly QueueUrl: string }): Queue {
    return this.options.queues.queue(queueNameOfUrl(QueueUrl));
  }

  #byArn(arn: string): Queue {
    const found = this.options.queues.byName.get(queueNameOfArn(arn));
    if (found === undefined) throw new AwsError('ResourceNotFoundException', 'The resource that you specified for the SourceArn parameter doesn\'t exist.', 404);
    return found;
  }

  #url(name: string, { host }: Call): string {
    return `http://${host}/${this.options.accountId}/${name}`;
  }
}

/** Attributes that a queue may lack without the question being wrong. */
const KNOWN_ATTRIBUTES = [
  'Policy',
  'RedrivePolicy',
  'RedriveAllowPolicy',
  'KmsMasterKeyId',
  'KmsDataKeyReusePeriodSeconds',
  'FifoQueue',
  'ContentBasedDeduplication',
  'DeduplicationScope',
  'FifoThroughputLimit',
];

function paginate(names: readonly string[], { MaxResults, NextToken: token }: { MaxResults?: number | undefined; NextToken?: string | undefined }): { items: readonly string[]; NextToken: string | undefined } {
  const sorted = names.toSorted();
  const rest = token === undefined ? sorted : sorted.filter((name) => name > token);
  const items = rest.slice(0, MaxResults ?? 1000);
  return { items, NextToken: items.length < rest.length && MaxResults !== undefined ? items.at(-1) : undefined };
}
