import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { startDynamodb } from './dynamodb/start-dynamodb.ts';
import { lockFolder } from './lock-folder.ts';
import type { LoopbackServer } from './loopback-server.ts';
import { startS3 } from './s3/start-s3.ts';
import type { ServiceOptions } from './service-options.ts';
import type { Credentials } from './sigv4.ts';
import { startSqs } from './sqs/start-sqs.ts';

export const LOCAL_CREDENTIALS: Credentials = { accessKeyId: 'local', secretAccessKey: 'local-secret' };
export const LOCAL_REGION = 'us-east-1';

export interface LocalAwsOptions {
  /** Where everything is kept; made when it is not there. One process at a time may have it. */
  readonly dataDir: string;
  /** 0, or one that is left out, takes any free port. */
  readonly ports?: { readonly sqs?: number; readonly s3?: number; readonly dynamodb?: number };
  /** The only key that is let in. */
  readonly credentials?: Credentials;
  readonly region?: string;
  /** Epoch milliseconds. */
  readonly now?: () => number;
}

export interface LocalAws {
  readonly sqs: string;
  readonly s3: string;
  readonly dynamodb: string;
  /** What the clients read by themselves: endpoints, credentials, region. */
  readonly env: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/** SQS, S3 and DynamoDB on 127.0.0.1, for unmodified AWS clients. Throws when the folder or a port is taken. */
export async function startLocalAws(options: LocalAwsOptions): Promise<LocalAws> {
  const { dataDir, ports = {}, credentials = LOCAL_CREDENTIALS, region = LOCAL_REGION, now = Date.now } = options;
  await mkdir(dataDir, { recursive: true });
  const unlock = await lockFolder(dataDir);
  const running: LoopbackServer[] = [];
  const close = async (): Promise<void> => {
    await Promise.all(running.map((server) => server.close()));
    await unlock();
  };
  const start = async (service: (options: ServiceOptions) => Promise<LoopbackServer>, port = 0): Promise<string> => {
    const server = await service({ dataDir, port, credentials, region, now });
    running.push(server);
    return server.url;
  };
  try {
    const sqs = await start(startSqs, ports.sqs);
    const s3 = await start((o) => startS3({ ...o, dataDir: join(dataDir, 's3') }), ports.s3);
    const dynamodb = await start(startDynamodb, ports.dynamodb);
    const env = {
      AWS_ENDPOINT_URL_SQS: sqs,
      AWS_ENDPOINT_URL_S3: s3,
      AWS_ENDPOINT_URL_DYNAMODB: dynamodb,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      AWS_REGION: region,
    };
    return { sqs, s3, dynamodb, env, close };
  } catch (error) {
    await close();
    throw error;
  }
}
