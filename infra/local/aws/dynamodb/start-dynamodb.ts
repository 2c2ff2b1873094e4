import { join } from 'node:path';
import { AwsError } from '../aws-error.ts';
import { serveAwsJson } from '../aws-json.ts';
import { Journal } from '../journal.ts';
import { listenOnLoopback, type LoopbackServer } from '../loopback-server.ts';
import type { ServiceOptions } from '../service-options.ts';
import { SignatureRefused } from '../sigv4.ts';
import { Database, parseEntry } from './database.ts';
import { dynamodbOperations } from './operations.ts';
import { expiredItems } from './time-to-live.ts';

const MAX_BODY_BYTES = 16 * 1024 * 1024;
const SWEEP_MS = 500;

/** DynamoDB on loopback: tables in memory, kept by a journal in the data folder. */
export async function startDynamodb({ dataDir, port, credentials, region, now }: ServiceOptions): Promise<LoopbackServer> {
  const database = new Database(region);
  const journal = await Journal.open({ file: join(dataDir, 'dynamodb.journal'), state: database, parse: parseEntry });
  const server = await listenOnLoopback(
    serveAwsJson({
      operations: dynamodbOperations(database, (entry) => journal.commit(entry), now),
      credentials,
      maxBodyBytes: MAX_BODY_BYTES,
      settled: () => journal.settled(),
      describeError: ({ code }) => ({ type: `${namespaceOf(code)}#${code}` }),
      refuse: refuseSignature,
      now,
    }),
    port,
  ).catch(async (error: unknown) => {
    await journal.close();
    throw error;
  });
  const sweep = setInterval(() => {
    const writes = expiredItems(database, now());
    if (writes.length > 0) journal.commit({ op: 'write', writes: [...writes] });
  }, SWEEP_MS).unref();
  return {
    url: server.url,
    close: async () => {
      clearInterval(sweep);
      await server.close();
      await journal.close();
    },
  };
}

function namespaceOf(code: string): string {
  if (code === 'ValidationException') return 'com.amazon.coral.validate';
  const general = ['SerializationException', 'UnknownOperationException', 'InternalFailure', 'MissingAuthenticationToken'];
  return general.includes(code) ? 'com.amazon.coral.service' : 'com.amazonaws.dynamodb.v20120810';
}

function refuseSignature(error: unknown): AwsError | undefined {
  if (!(error instanceof SignatureRefused)) return undefined;
  const code = error.reason === 'unknown-key' ? 'UnrecognizedClientException' : 'InvalidSignatureException';
  return new AwsError(code, error.message);
}
