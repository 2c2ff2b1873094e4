import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { JobQueue } from '../core/job-queue.ts';
import { Ledger } from '../core/ledger.ts';
import { MessageQueue } from '../core/message-queue.ts';
import { LateAnswerQueue } from './late-answers/late-answer-queue.ts';

export interface Stack {
  readonly ledger: Ledger;
  readonly queue: JobQueue;
  readonly deadLetters: JobQueue | undefined;
  /** The queue of answers that come late, for whoever defers them and for whoever finishes them. */
  lateAnswers(queueUrl: string): { readonly toDefer: LateAnswerQueue; readonly toFinish: MessageQueue };
  close(): void;
}

/** A call that hangs must fail while there is time to try once more and still answer within Discord's three seconds. */
const CALL_TIMEOUTS = { connectionTimeout: 500, requestTimeout: 900, throwOnRequestTimeout: true } as const;

/** The ledger and the queues; region, credentials and endpoints come from the environment, as the AWS SDK reads them. */
export function connectStack(names: {
  readonly JOBS_QUEUE_URL: string;
  readonly TABLE_NAME: string;
  readonly DEAD_LETTER_QUEUE_URL?: string | undefined;
}): Stack {
  const sqs = new SQSClient({ requestHandler: CALL_TIMEOUTS });
  // Long polls hang on purpose, so they have a client of their own.
  const patientSqs = new SQSClient({});
  const dynamodb = new DynamoDBClient({ requestHandler: CALL_TIMEOUTS });
  return {
    ledger: new Ledger(DynamoDBDocumentClient.from(dynamodb, { marshallOptions: { removeUndefinedValues: true } }), names.TABLE_NAME),
    queue: new JobQueue(sqs, names.JOBS_QUEUE_URL),
    deadLetters: names.DEAD_LETTER_QUEUE_URL === undefined ? undefined : new JobQueue(patientSqs, names.DEAD_LETTER_QUEUE_URL),
    lateAnswers: (queueUrl) => ({ toDefer: new LateAnswerQueue(sqs, queueUrl), toFinish: new MessageQueue(patientSqs, queueUrl) }),
    close() {
      for (const client of [sqs, patientSqs, dynamodb]) client.destroy();
    },
  };
}
