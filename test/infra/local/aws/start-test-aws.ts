import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { LOCAL_CREDENTIALS, startLocalAws, type LocalAws } from '../../../../infra/local/aws/start-local-aws.ts';

export interface TestAws {
  readonly aws: LocalAws;
  readonly dataDir: string;
  readonly sqs: SQSClient;
  readonly s3: S3Client;
  readonly dynamodb: DynamoDBClient;
  /** Lets the services believe that it is later. */
  skip(milliseconds: number): void;
  /** Closes and starts again on the same folder. */
  restart(): Promise<TestAws>;
  close(): Promise<void>;
}

/** The local AWS in a folder of its own, with unmodified clients. */
export async function startTestAws(folder?: string): Promise<TestAws> {
  const dataDir = folder ?? (await mkdtemp(join(tmpdir(), 'local-aws-')));
  let ahead = 0;
  const aws = await startLocalAws({ dataDir, now: () => Date.now() + ahead });
  const clients = clientsOf(aws);
  const stop = async (): Promise<void> => {
    for (const client of Object.values(clients)) client.destroy();
    await aws.close();
  };
  return {
    aws,
    dataDir,
    ...clients,
    skip: (milliseconds) => {
      ahead += milliseconds;
    },
    restart: async () => {
      await stop();
      return startTestAws(dataDir);
    },
    close: async () => {
      await stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

export type Endpoints = Pick<LocalAws, 'sqs' | 's3' | 'dynamodb'>;

/** The real clients, told nothing but where the services are and who they are. */
export function clientsOf(endpoints: Endpoints, credentials = LOCAL_CREDENTIALS) {
  const common = { region: 'eu-west-1', credentials: { ...credentials }, maxAttempts: 1 };
  return {
    sqs: new SQSClient({ ...common, endpoint: endpoints.sqs }),
    s3: new S3Client({ ...common, endpoint: endpoints.s3 }),
    dynamodb: new DynamoDBClient({ ...common, endpoint: endpoints.dynamodb }),
  };
}

/** The name of the error that a promise rejects with; fails when it resolves. */
export async function errorName(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => Promise.reject(new Error('expected a rejection')),
    (error: Error) => error.name,
  );
}

export function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
}
