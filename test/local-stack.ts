import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { JobQueue } from '../core/job-queue.ts';
import { Ledger, type LedgerOptions } from '../core/ledger.ts';
import { PictureStore } from '../core/picture-store.ts';
import { startLocalAws } from '../infra/local/aws/start-local-aws.ts';
import { type AwsClients, clientsFor } from '../infra/local/aws-clients.ts';
import { type StackEnvironment, createStack } from '../infra/local/create-stack.ts';

/** A whole stack of its own for one test file, on loopback ports of its own and in a folder that goes with it. */
export interface TestStack {
  readonly clients: AwsClients;
  readonly names: StackEnvironment;
  /** For a child process: endpoints, credentials and names. */
  readonly env: Readonly<Record<string, string>>;
  readonly queue: JobQueue;
  readonly deadLetters: JobQueue;
  readonly pictures: PictureStore;
  ledger(options?: LedgerOptions): Ledger;
  close(): Promise<void>;
}

export async function startTestStack(): Promise<TestStack> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'refinery-test-'));
  const aws = await startLocalAws({ dataDir });
  const clients = clientsFor(aws.env);
  const names = await createStack(clients);
  return {
    clients,
    names,
    env: { ...aws.env, ...names },
    queue: new JobQueue(clients.sqs, names.JOBS_QUEUE_URL),
    deadLetters: new JobQueue(clients.sqs, names.DEAD_LETTER_QUEUE_URL),
    pictures: new PictureStore(clients.s3, names.PICTURES_BUCKET),
    ledger: (options) => new Ledger(clients.dynamodb, names.TABLE_NAME, options),
    async close() {
      clients.destroy();
      await aws.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
