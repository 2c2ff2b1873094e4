import { ChangeMessageVisibilityCommand, DeleteMessageCommand, ReceiveMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';

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

/** An SQS queue, from the side of whoever takes messages off it. */
export class MessageQueue {
  protected readonly client: SQSClient;
  protected readonly queueUrl: string;

  constructor(client: SQSClient, queueUrl: string) {
    this.client = client;
    this.queueUrl = queueUrl;
  }

  async receive({ max, waitSeconds, visibilitySeconds, signal }: ReceiveOptions): Promise<readonly Received[]> {
    const { Messages = [] } = await this.client.send(
      new ReceiveMessageCommand({
        QueueUrl: this.queueUrl,
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
    await this.client.send(
      new ChangeMessageVisibilityCommand({
        QueueUrl: this.queueUrl,
        ReceiptHandle: receiptHandle,
        VisibilityTimeout: visibilitySeconds,
      }),
    );
  }

  async delete(receiptHandle: string): Promise<void> {
    await this.client.send(new DeleteMessageCommand({ QueueUrl: this.queueUrl, ReceiptHandle: receiptHandle }));
  }
}
