import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { type Job, serializeJob } from './job.ts';
import { MessageQueue } from './message-queue.ts';

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
}
