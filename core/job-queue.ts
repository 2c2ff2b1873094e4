import { GetQueueAttributesCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { type Job, serializeJob } from './job.ts';
import { MessageQueue } from './message-queue.ts';

/** How many messages there are: approximate, and up to a minute old. */
export interface Depth {
  /** Ready to be received, or ready soon. */
  readonly waiting: number;
  /** Received and not yet deleted: somebody has them in hand. */
  readonly inHand: number;
}

/** The queue of jobs: an SQS standard queue, fair between people by its message group. */
export class JobQueue extends MessageQueue {
  /**
   * Sends a job. The person is its message group: SQS then serves quiet people before a busy one
   * (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-fair-queues.html).
   * @param delaySeconds until it is offered
   */
  async send(job: Job, delaySeconds = 0): Promise<void> {
    await this.client.send(
      new SendMessageCommand({ QueueUrl: this.queueUrl, MessageBody: serializeJob(job), MessageGroupId: job.userId, ...(delaySeconds > 0 && { DelaySeconds: delaySeconds }) }),
    );
  }

  /** Asked of the queue itself: its CloudWatch metrics stop while it is idle, and lag behind when it wakes. */
  async depth(): Promise<Depth> {
    const { Attributes = {} } = await this.client.send(new GetQueueAttributesCommand({ QueueUrl: this.queueUrl, AttributeNames: [...DEPTH_ATTRIBUTES] }));
    const [visible, delayed, notVisible] = DEPTH_ATTRIBUTES.map((name) => Number(Attributes[name] ?? 0));
    return { waiting: (visible ?? 0) + (delayed ?? 0), inHand: notVisible ?? 0 };
  }
}

const DEPTH_ATTRIBUTES = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesDelayed', 'ApproximateNumberOfMessagesNotVisible'] as const;
