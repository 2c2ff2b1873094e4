import type { Message } from './message.ts';
import { ProcessingTime } from './processing-time.ts';

/** What a deduplication id of a FIFO queue led to, for five minutes. */
export interface Deduplicated {
  readonly messageId: string;
  readonly sequenceNumber: string;
  /** Epoch milliseconds. */
  readonly until: number;
}

/** One queue: its settings and, in order of arrival, its messages. */
export class Queue {
  readonly messages = new Map<string, Message>();
  readonly deduplicated = new Map<string, Deduplicated>();
  readonly processing = new ProcessingTime();
  tags: Readonly<Record<string, string>>;
  lastSequence = 0n;

  constructor(
    readonly name: string,
    public attributes: Readonly<Record<string, string>>,
    tags: Readonly<Record<string, string>>,
    readonly createdAt: number,
    public modifiedAt: number,
  ) {
    this.tags = tags;
  }

  get isFifo(): boolean {
    return this.name.endsWith('.fifo');
  }

  seconds(attribute: 'DelaySeconds' | 'VisibilityTimeout' | 'ReceiveMessageWaitTimeSeconds' | 'MessageRetentionPeriod'): number {
    return Number(this.attributes[attribute]);
  }
}
