/** The table, queues and bucket that the product needs, as the AWS SDK takes them: the one-machine stack and the tests create them from here. */
import type { CreateTableCommandInput } from '@aws-sdk/client-dynamodb';
import type { CreateBucketCommandInput, LifecycleRule, PutBucketLifecycleConfigurationCommandInput } from '@aws-sdk/client-s3';
import { OPEN_INDEX } from './ledger/row.ts';
import { INTERACTION_TOKEN_SECONDS, MAX_RECEIVES } from './limits.ts';

export function tableDefinition(tableName: string): CreateTableCommandInput {
  return {
    TableName: tableName,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [
      { AttributeName: 'pk', AttributeType: 'S' },
      { AttributeName: 'sk', AttributeType: 'S' },
      { AttributeName: 'openPk', AttributeType: 'S' },
      { AttributeName: 'openSk', AttributeType: 'S' },
    ],
    KeySchema: [
      { AttributeName: 'pk', KeyType: 'HASH' },
      { AttributeName: 'sk', KeyType: 'RANGE' },
    ],
    GlobalSecondaryIndexes: [
      {
        IndexName: OPEN_INDEX,
        KeySchema: [
          { AttributeName: 'openPk', KeyType: 'HASH' },
          { AttributeName: 'openSk', KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'KEYS_ONLY' },
      },
    ],
  };
}

/** Two weeks, SQS's longest: the operator can read why a job failed. */
export const DEAD_LETTER_ATTRIBUTES = { MessageRetentionPeriod: String(14 * 24 * 3600) } as const;

/** A job that the queue drops is one that nobody hears of again: longer than any line shall be (`npm run simulate` says how long one gets). */
export const JOB_KEPT_SECONDS = 4 * 24 * 3600;

export function jobsQueueAttributes(deadLetterQueueArn: string): Record<string, string> {
  return {
    VisibilityTimeout: '60',
    ReceiveMessageWaitTimeSeconds: '20',
    MessageRetentionPeriod: String(JOB_KEPT_SECONDS),
    RedrivePolicy: JSON.stringify({ deadLetterTargetArn: deadLetterQueueArn, maxReceiveCount: MAX_RECEIVES }),
  };
}

/** The longest that a late answer may take to work out. */
export const LATE_ANSWER_SECONDS = 300;

/** Of the queue of answers that come late: kept no longer than Discord takes them. */
export const LATE_ANSWERS_ATTRIBUTES = {
  VisibilityTimeout: String(LATE_ANSWER_SECONDS),
  MessageRetentionPeriod: String(INTERACTION_TOKEN_SECONDS),
} as const;

export function bucketDefinition(bucket: string): CreateBucketCommandInput {
  return { Bucket: bucket };
}

/** Hand-over latents serve a day, pictures as long as the job's row. */
export function bucketLifecycle(bucket: string): PutBucketLifecycleConfigurationCommandInput {
  return {
    Bucket: bucket,
    LifecycleConfiguration: {
      Rules: [expirePrefix('checkpoints', 1), expirePrefix('painted', 90), expirePrefix('pictures', 90)],
    },
  };
}

function expirePrefix(prefix: string, days: number): LifecycleRule {
  return { ID: `expire-${prefix}`, Status: 'Enabled', Filter: { Prefix: `${prefix}/` }, Expiration: { Days: days } };
}
