import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { type Job, serializeJob } from './job.ts';

/** A message as SQS offers it; its body is parsed by whoever handles it. */
export interface Received {
  readonly messageId: string;
  readonly body: string;
  readonly receiptHandle: string;
  /** How often this message was offered, this time included. */
  readonly receiveCount: number;
}

export interface ReceiveOptions {
  /** At most this many messages, 1 to 10. */
  readonly max: number;
  /** How long to wait for a first message, 0 to 20. */
  readonly waitSeconds: number;
  /** How long what is received stays hidden from others. */
  readonly visibilitySeconds: number;
  /** Ends the wait early. */
  readonly signal?: AbortSignal;
}

/** The queue of jobs: an SQS standard queue, fair between people by its message group. */
export class JobQueue {
  readonly #client: SQSClient;
  readonly #queueUrl: string;

  constructor(client: SQSClient, queueUrl: string) {
    this.#client = client;
    this.#queueUrl = queueUrl;
  }

  /**
   * Sends a job. The person is its message group: SQS then serves quiet people before a busy one
   * (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-fair-queues.html).
   */
  async send(job: Job): Promise<void> {
    await this.#client.send(
      new SendMessageCommand({ QueueUrl: this.#queueUrl, MessageBody: serializeJob(job), MessageGroupId: job.userId }),
    );
  }

  async receive({ max, waitSeconds, visibilitySeconds, signal }: ReceiveOptions): Promise<readonly Received[]> {
    const { Messages = [] } = await this.#client.send(
      new ReceiveMessageCommand({
        QueueUrl: this.#queueUrl,
        MaxNumberOfMessages: max,
        WaitTimeSeconds: waitSeconds,
        VisibilityTimeout: visibilitySeconds,
        MessageSystemAttributeNames: ['ApproximateReceiveCount'],
      }),
      signal && { abortSignal: signal },
    );
    return Messages.map((message) => ({
      messageId: message.MessageId ?? '',
      body: message.Body ?? '',
      receiptHandle: message.ReceiptHandle ?? '',
      receiveCount: Number(message.Attributes?.ApproximateReceiveCount ?? 1),
    }));
  }

  /** Keeps a message hidden for so long from now; 0 gives it back at once. */
  async extend(receiptHandle: string, visibilitySeconds: number): Promise<void> {
    await this.#client.send(
      new ChangeMessageVisibilityCommand({
        QueueUrl: this.#queueUrl,
        ReceiptHandle: receiptHandle,
        VisibilityTimeout: visibilitySeconds,
      }),
    );
  }

  async delete(receiptHandle: string): Promise<void> {
    await this.#client.send(new DeleteMessageCommand({ QueueUrl: this.#queueUrl, ReceiptHandle: receiptHandle }));
  }
}
