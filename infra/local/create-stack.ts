import { CreateTableCommand, ResourceInUseException, UpdateTimeToLiveCommand } from '@aws-sdk/client-dynamodb';
import {
  BucketAlreadyExists,
  BucketAlreadyOwnedByYou,
  CreateBucketCommand,
  PutBucketLifecycleConfigurationCommand,
} from '@aws-sdk/client-s3';
import { CreateQueueCommand, GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import {
  DEAD_LETTER_ATTRIBUTES,
  LATE_ANSWERS_ATTRIBUTES,
  bucketDefinition,
  bucketLifecycle,
  jobsQueueAttributes,
  tableDefinition,
} from '../../core/stack.ts';
import type { AwsClients } from './aws-clients.ts';

/** Where a stack's jobs, credits and pictures are, as the processes' environment names it. */
export interface StackEnvironment {
  readonly JOBS_QUEUE_URL: string;
  readonly DEAD_LETTER_QUEUE_URL: string;
  readonly LATE_ANSWERS_QUEUE_URL: string;
  readonly TABLE_NAME: string;
  readonly PICTURES_BUCKET: string;
}

/** Creates queues, table and bucket, or finds them as an earlier start left them. */
export async function createStack(clients: AwsClients, name = 'refinery'): Promise<StackEnvironment> {
  const [queues] = await Promise.all([
    createQueues(clients, name),
    createTable(clients, name),
    createBucket(clients, `${name}-pictures`),
  ]);
  return { ...queues, TABLE_NAME: name, PICTURES_BUCKET: `${name}-pictures` };
}

async function createQueues({ sqs }: AwsClients, name: string) {
  const deadLetters = await sqs.send(
    new CreateQueueCommand({ QueueName: `${name}-dead-letters`, Attributes: DEAD_LETTER_ATTRIBUTES }),
  );
  const deadLetterUrl = deadLetters.QueueUrl ?? '';
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: deadLetterUrl, AttributeNames: ['QueueArn'] }),
  );
  const jobs = await sqs.send(
    new CreateQueueCommand({ QueueName: `${name}-jobs`, Attributes: jobsQueueAttributes(Attributes?.QueueArn ?? '') }),
  );
  const lateAnswers = await sqs.send(new CreateQueueCommand({ QueueName: `${name}-late-answers`, Attributes: LATE_ANSWERS_ATTRIBUTES }));
  return { JOBS_QUEUE_URL: jobs.QueueUrl ?? '', DEAD_LETTER_QUEUE_URL: deadLetterUrl, LATE_ANSWERS_QUEUE_URL: lateAnswers.QueueUrl ?? '' };
}

async function createTable({ dynamodb }: AwsClients, tableName: string): Promise<void> {
  try {
    await dynamodb.send(new CreateTableCommand(tableDefinition(tableName)));
    await dynamodb.send(
      new UpdateTimeToLiveCommand({
        TableName: tableName,
        TimeToLiveSpecification: { AttributeName: 'ttl', Enabled: true },
      }),
    );
  } catch (error) {
    if (!(error instanceof ResourceInUseException)) throw error;
  }
}

async function createBucket({ s3 }: AwsClients, bucket: string): Promise<void> {
  try {
    await s3.send(new CreateBucketCommand(bucketDefinition(bucket)));
  } catch (error) {
    if (!(error instanceof BucketAlreadyExists || error instanceof BucketAlreadyOwnedByYou)) throw error;
  }
  await s3.send(new PutBucketLifecycleConfigurationCommand(bucketLifecycle(bucket)));
}
