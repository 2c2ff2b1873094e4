import { DeleteMessageBatchCommand, type Message, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import type { AwsClients } from './aws-clients.ts';

/** What Lambda hands a function whose source is an SQS queue, and what the function answers (partial batch failures). */
export interface SqsEvent {
  readonly Records: readonly SqsRecord[];
}
export interface SqsRecord {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  readonly attributes: Readonly<Record<string, string>>;
}
export type SqsHandler = (event: SqsEvent) => Promise<{ batchItemFailures: readonly { itemIdentifier: string }[] } | void>;

export interface EventSourceOptions {
  readonly clients: AwsClients;
  readonly queueUrl: string;
  readonly handler: SqsHandler;
  readonly onError: (error: unknown) => void;
}

/**
 * Lambda's event source mapping for one machine: polls a queue, hands batches to the function, deletes what it did not
 * name as failed (https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html).
 */
export function startEventSource({ clients, queueUrl, handler, onError }: EventSourceOptions): { stop(): Promise<void> } {
  const stopped = new AbortController();
  const polling = poll();

  async function poll(): Promise<void> {
    while (!stopped.signal.aborted) {
      try {
        const messages = await receive();
        if (messages.length > 0) await handOver(messages);
      } catch (error) {
        if (stopped.signal.aborted) return;
        onError(error);
        await new Promise((resolve) => setTimeout(resolve, 1000));
      }
    }
  }

  async function receive(): Promise<readonly Message[]> {
    const { Messages = [] } = await clients.sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: queueUrl,
        MaxNumberOfMessages: 10,
        WaitTimeSeconds: 20,
        MessageSystemAttributeNames: ['All'],
      }),
      { abortSignal: stopped.signal },
    );
    return Messages;
  }

  async function handOver(messages: readonly Message[]): Promise<void> {
    const result = await handler({ Records: messages.map(toRecord) });
    const failed = new Set(result?.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
    const done = messages.filter((message) => !failed.has(message.MessageId ?? ''));
    if (done.length === 0) return;
    await clients.sqs.send(
      new DeleteMessageBatchCommand({
        QueueUrl: queueUrl,
        Entries: done.map((message, index) => ({ Id: String(index), ReceiptHandle: message.ReceiptHandle ?? '' })),
      }),
    );
  }

  return {
    async stop() {
      stopped.abort();
      await polling;
    },
  };
}

function toRecord(message: Message): SqsRecord {
  return {
    messageId: message.MessageId ?? '',
    receiptHandle: message.ReceiptHandle ?? '',
    body: message.Body ?? '',
    attributes: { ...message.Attributes },
  };
}
