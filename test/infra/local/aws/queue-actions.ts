import { randomUUID } from 'node:crypto';
import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  type ChangeMessageVisibilityCommandOutput,
  type DeleteMessageCommandOutput,
  type Message,
  type QueueAttributeName,
  type ReceiveMessageCommandInput,
  type SendMessageCommandInput,
  type SendMessageCommandOutput,
  type SQSClient,
} from '@aws-sdk/client-sqs';

type Attributes = Partial<Record<QueueAttributeName, string>>;

/** What tests do with queues, in as few words as they should take. */
export interface QueueActions {
  newQueue(attributes?: Attributes): Promise<string>;
  /** A queue whose messages go to the second after so many receives. */
  newQueueWithDeadLetters(maxReceiveCount: number, attributes?: Attributes): Promise<{ url: string; deadLetters: string }>;
  send(url: string, body: string, more?: Partial<SendMessageCommandInput>): Promise<SendMessageCommandOutput>;
  receive(url: string, more?: Partial<ReceiveMessageCommandInput>): Promise<Message[]>;
  /** Throws when there is nothing. */
  receiveOne(url: string, more?: Partial<ReceiveMessageCommandInput>): Promise<Message>;
  setVisibility(url: string, message: Message, seconds: number): Promise<ChangeMessageVisibilityCommandOutput>;
  remove(url: string, message: Message): Promise<DeleteMessageCommandOutput>;
  attributesOf(url: string): Promise<Partial<Record<string, string>>>;
}

export function queueActions(client: () => SQSClient): QueueActions {
  const newQueue = async (attributes: Attributes = {}): Promise<string> => {
    const suffix = attributes.FifoQueue === 'true' ? '.fifo' : '';
    const { QueueUrl = '' } = await client().send(new CreateQueueCommand({ QueueName: randomUUID() + suffix, Attributes: attributes }));
    return QueueUrl;
  };
  const attributesOf = async (QueueUrl: string): Promise<Partial<Record<string, string>>> => {
    const { Attributes = {} } = await client().send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));
    return Attributes;
  };
  const receive = async (QueueUrl: string, more: Partial<ReceiveMessageCommandInput> = {}): Promise<Message[]> => {
    const { Messages = [] } = await client().send(new ReceiveMessageCommand({ QueueUrl, MessageSystemAttributeNames: ['All'], ...more }));
    return Messages;
  };
  return {
    newQueue,
    attributesOf,
    receive,
    newQueueWithDeadLetters: async (maxReceiveCount, attributes = {}) => {
      const deadLetters = await newQueue(attributes.FifoQueue === 'true' ? { FifoQueue: 'true' } : {});
      const { QueueArn } = await attributesOf(deadLetters);
      const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: QueueArn, maxReceiveCount });
      return { url: await newQueue({ ...attributes, RedrivePolicy }), deadLetters };
    },
    send: (QueueUrl, MessageBody, more) => client().send(new SendMessageCommand({ QueueUrl, MessageBody, ...more })),
    receiveOne: async (url, more) => {
      const [message] = await receive(url, more);
      if (message === undefined) throw new Error('nothing received');
      return message;
    },
    setVisibility: (QueueUrl, { ReceiptHandle }, VisibilityTimeout) =>
      client().send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout })),
    remove: (QueueUrl, { ReceiptHandle }) => client().send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle })),
  };
}

export function bodies(messages: readonly Message[]): (string | undefined)[] {
  return messages.map(({ Body }) => Body);
}
