import { randomUUID } from 'node:crypto';
import {
  CreateBucketCommand,
  GetObjectCommand,
  PutObjectCommand,
  type GetObjectCommandInput,
  type GetObjectCommandOutput,
  type PutObjectCommandInput,
  type PutObjectCommandOutput,
  type S3Client,
} from '@aws-sdk/client-s3';

/** What tests do with buckets, in as few words as they should take. */
export interface BucketActions {
  newBucket(): Promise<string>;
  put(Bucket: string, Key: string, Body: NonNullable<PutObjectCommandInput['Body']>, more?: Partial<PutObjectCommandInput>): Promise<PutObjectCommandOutput>;
  get(Bucket: string, Key: string, more?: Partial<GetObjectCommandInput>): Promise<GetObjectCommandOutput>;
  /** An object's bytes as text. */
  read(Bucket: string, Key: string, more?: Partial<GetObjectCommandInput>): Promise<string | undefined>;
}

export function bucketActions(client: () => S3Client): BucketActions {
  const get: BucketActions['get'] = (Bucket, Key, more = {}) => client().send(new GetObjectCommand({ Bucket, Key, ...more }));
  return {
    newBucket: async () => {
      const Bucket = randomUUID();
      await client().send(new CreateBucketCommand({ Bucket }));
      return Bucket;
    },
    put: (Bucket, Key, Body, more = {}) => client().send(new PutObjectCommand({ Bucket, Key, Body, ...more })),
    get,
    read: async (Bucket, Key, more) => (await get(Bucket, Key, more)).Body?.transformToString(),
  };
}
