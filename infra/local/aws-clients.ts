import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

/** AWS's real clients, pointed where an environment says. */
export interface AwsClients {
  readonly sqs: SQSClient;
  readonly s3: S3Client;
  readonly dynamodb: DynamoDBDocumentClient;
  destroy(): void;
}

/**
 * The clients as a process with this environment would make them.
 * The SDK itself reads only `process.env`; a host that has the stand-ins inside itself hands theirs in.
 */
export function clientsFor(env: Readonly<Record<string, string>>): AwsClients {
  const common = {
    region: env.AWS_REGION ?? 'us-east-1',
    credentials: {
      accessKeyId: env.AWS_ACCESS_KEY_ID ?? '',
      secretAccessKey: env.AWS_SECRET_ACCESS_KEY ?? '',
    },
  };
  const sqs = new SQSClient({ ...common, ...endpoint(env.AWS_ENDPOINT_URL_SQS) });
  const s3 = new S3Client({ ...common, ...endpoint(env.AWS_ENDPOINT_URL_S3), forcePathStyle: true });
  const dynamodb = new DynamoDBClient({ ...common, ...endpoint(env.AWS_ENDPOINT_URL_DYNAMODB) });
  return {
    sqs,
    s3,
    dynamodb: DynamoDBDocumentClient.from(dynamodb, { marshallOptions: { removeUndefinedValues: true } }),
    destroy() {
      for (const client of [sqs, s3, dynamodb]) client.destroy();
    },
  };
}

function endpoint(url: string | undefined): { endpoint?: string } {
  return url ? { endpoint: url } : {};
}
