import { randomUUID } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketCorsCommand,
  DeleteBucketLifecycleCommand,
  GetBucketCorsCommand,
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketLocationCommand,
  GetBucketTaggingCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  GetPublicAccessBlockCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  PutBucketCorsCommand,
  PutBucketEncryptionCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketTaggingCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutPublicAccessBlockCommand,
  UploadPartCommand,
  UploadPartCopyCommand,
  type CompletedPart,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bucketActions } from './bucket-actions.ts';
import { errorName, startTestAws, type TestAws } from './start-test-aws.ts';

let local: TestAws;

beforeAll(async () => {
  local = await startTestAws();
});
afterAll(() => local.close());

const { newBucket, read } = bucketActions(() => local.s3);

describe.concurrent('multipart uploads', () => {
  async function upload(Bucket: string, bodies: readonly string[]) {
    const { UploadId } = await local.s3.send(new CreateMultipartUploadCommand({ Bucket, Key: 'big', ContentType: 'image/png', Metadata: { seed: '7' } }));
    const target = { Bucket, Key: 'big', UploadId };
    const parts: CompletedPart[] = [];
    for (const [i, Body] of bodies.entries()) {
      const PartNumber = i + 1;
      const { ETag } = await local.s3.send(new UploadPartCommand({ ...target, PartNumber, Body }));
      parts.push({ ETag, PartNumber });
    }
    const complete = (Parts: CompletedPart[]) => local.s3.send(new CompleteMultipartUploadCommand({ ...target, MultipartUpload: { Parts } }));
    return { target, parts, complete };
  }

  test('parts become one object, in order, with what was said at the start', async () => {
    const Bucket = await newBucket();
    const large = 'x'.repeat(5 * 1024 * 1024);
    const { parts, complete, target } = await upload(Bucket, [large, 'tail']);
    const listed = await local.s3.send(new ListPartsCommand(target));
    expect(listed.Parts).toMatchObject(parts);
    expect((await local.s3.send(new ListMultipartUploadsCommand({ Bucket }))).Uploads).toMatchObject([{ Key: 'big', UploadId: target.UploadId }]);
    const { ETag } = await complete(parts);
    expect(ETag).toMatch(/^"[\da-f]{32}-2"$/);
    const found = await local.s3.send(new GetObjectCommand({ Bucket, Key: 'big' }));
    expect(found).toMatchObject({ ETag, ContentType: 'image/png', Metadata: { seed: '7' }, ContentLength: large.length + 4 });
    expect(await found.Body?.transformToString()).toBe(`${large}tail`);
    const second = await local.s3.send(new GetObjectCommand({ Bucket, Key: 'big', PartNumber: 2 }));
    expect(await second.Body?.transformToString()).toBe('tail');
    expect((await local.s3.send(new ListMultipartUploadsCommand({ Bucket }))).Uploads).toBeUndefined();
  });

  test('a part sent again replaces the first, and parts may be copied from objects', async () => {
    const Bucket = await newBucket();
    const { target, complete } = await upload(Bucket, ['old']);
    const { ETag: first } = await local.s3.send(new UploadPartCommand({ ...target, PartNumber: 1, Body: 'new' }));
    await local.s3.send(new PutObjectCommand({ Bucket, Key: 'source', Body: '0123456789' }));
    const copy = new UploadPartCopyCommand({ ...target, PartNumber: 2, CopySource: `${Bucket}/source`, CopySourceRange: 'bytes=2-4' });
    const { CopyPartResult } = await local.s3.send(copy);
    await complete([
      { PartNumber: 1, ETag: first },
      { PartNumber: 2, ETag: CopyPartResult?.ETag },
    ]);
    expect(await read(Bucket, 'big')).toBe('new234');
  });

  test('parts that are out of order, unknown, or not what the client thinks, are refused', async () => {
    const { parts, complete } = await upload(await newBucket(), ['a', 'b']);
    expect(await errorName(complete(parts.toReversed()))).toBe('InvalidPartOrder');
    expect(await errorName(complete([...parts, { PartNumber: 3, ETag: '"x"' }]))).toBe('InvalidPart');
    expect(await errorName(complete([{ PartNumber: 1, ETag: parts[1]?.ETag }]))).toBe('InvalidPart');
    await complete(parts);
    expect(await errorName(complete(parts))).toBe('NoSuchUpload');
  });

  test('an aborted upload is gone, with the bytes of its parts', async ({ expect }) => {
    const own = await startTestAws();
    await own.s3.send(new CreateBucketCommand({ Bucket: 'only' }));
    const { UploadId } = await own.s3.send(new CreateMultipartUploadCommand({ Bucket: 'only', Key: 'a' }));
    const target = { Bucket: 'only', Key: 'a', UploadId };
    await own.s3.send(new UploadPartCommand({ ...target, PartNumber: 1, Body: 'x' }));
    await own.s3.send(new AbortMultipartUploadCommand(target));
    expect(await errorName(own.s3.send(new ListPartsCommand(target)))).toBe('NoSuchUpload');
    await expect.poll(() => readdir(`${own.dataDir}/s3/blobs`)).toEqual([]);
    await own.close();
  });
});

describe.concurrent('presigned links', () => {
  const link = (Bucket: string, Key = 'a', expiresIn = 60) => getSignedUrl(local.s3, new GetObjectCommand({ Bucket, Key }), { expiresIn });

  async function bucketWithObject(): Promise<string> {
    const Bucket = await newBucket();
    await local.s3.send(new PutObjectCommand({ Bucket, Key: 'a', Body: 'picture', ContentType: 'image/png' }));
    return Bucket;
  }

  test('whoever has the link reads the object, under the name the link gives it', async () => {
    const Bucket = await bucketWithObject();
    const named = new GetObjectCommand({ Bucket, Key: 'a', ResponseContentDisposition: 'attachment; filename="red house.png"' });
    const response = await fetch(await getSignedUrl(local.s3, named, { expiresIn: 60 }));
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('image/png');
    expect(response.headers.get('content-disposition')).toBe('attachment; filename="red house.png"');
    expect(await response.text()).toBe('picture');
  });

  test('whoever has a link for an upload puts the object, and nothing else', async () => {
    const Bucket = await newBucket();
    const url = await getSignedUrl(local.s3, new PutObjectCommand({ Bucket, Key: 'up', ContentType: 'image/png', Metadata: { seed: '3' } }), { expiresIn: 60 });
    expect((await fetch(url)).status).toBe(403);
    const response = await fetch(url, { method: 'PUT', body: 'bytes', headers: { 'content-type': 'image/png' } });
    expect(response.status).toBe(200);
    const found = await local.s3.send(new GetObjectCommand({ Bucket, Key: 'up' }));
    expect(found).toMatchObject({ ContentType: 'image/png', Metadata: { seed: '3' } });
    expect(await found.Body?.transformToString()).toBe('bytes');
    const sneaky = await fetch(url, { method: 'PUT', body: 'bytes', headers: { 'x-amz-meta-unsigned': '1' } });
    expect(sneaky.status).toBe(403);
  });

  test('a link whose key, query, signature or method was changed is refused', async () => {
    const Bucket = await bucketWithObject();
    const url = await link(Bucket);
    expect((await fetch(url)).status).toBe(200);
    const changed = [
      url.replace('/a?', '/b?'),
      `${url}&response-content-type=text%2Fhtml`,
      url.replace('X-Amz-Expires=60', 'X-Amz-Expires=600'),
      url.replace(/X-Amz-Signature=(.)/, (_, c: string) => `X-Amz-Signature=${c === '0' ? '1' : '0'}`),
    ];
    for (const one of changed) {
      const response = await fetch(one);
      expect(response.status).toBe(403);
      expect(await response.text()).toContain('<Code>SignatureDoesNotMatch</Code>');
    }
    expect((await fetch(url, { method: 'DELETE' })).status).toBe(403);
  });

  test('a link is good until it expires', async () => {
    const later = await startTestAws();
    await later.s3.send(new CreateBucketCommand({ Bucket: 'pictures' }));
    await later.s3.send(new PutObjectCommand({ Bucket: 'pictures', Key: 'a', Body: 'x' }));
    const url = await getSignedUrl(later.s3, new GetObjectCommand({ Bucket: 'pictures', Key: 'a' }), { expiresIn: 60 });
    later.skip(55_000);
    expect((await fetch(url)).status).toBe(200);
    later.skip(10_000);
    const response = await fetch(url);
    expect(response.status).toBe(403);
    expect(await response.text()).toContain('Request has expired');
    await later.close();
  });

  test('a page on this machine may fetch a link; pages elsewhere only as the bucket allows', async () => {
    const Bucket = await bucketWithObject();
    const url = await link(Bucket);
    const from = (Origin: string) => fetch(url, { headers: { Origin } });
    expect((await from('http://127.0.0.1:4200')).headers.get('access-control-allow-origin')).toBe('http://127.0.0.1:4200');
    expect((await from('https://elsewhere.example')).headers.get('access-control-allow-origin')).toBeNull();
    const ask = (Origin: string) => fetch(url, { method: 'OPTIONS', headers: { Origin, 'access-control-request-method': 'GET' } });
    expect((await ask('http://localhost:4200')).status).toBe(200);
    expect((await ask('https://elsewhere.example')).status).toBe(403);
    const CORSRules = [{ AllowedMethods: ['GET'], AllowedOrigins: ['https://*.example'], ExposeHeaders: ['ETag'] }];
    await local.s3.send(new PutBucketCorsCommand({ Bucket, CORSConfiguration: { CORSRules } }));
    expect((await from('https://elsewhere.example')).headers.get('access-control-allow-origin')).toBe('https://elsewhere.example');
    expect((await ask('https://elsewhere.example')).status).toBe(200);
  });
});

describe.concurrent('bucket settings', () => {
  test('lifecycle rules are kept and given back', async () => {
    const Bucket = await newBucket();
    const get = new GetBucketLifecycleConfigurationCommand({ Bucket });
    expect(await errorName(local.s3.send(get))).toBe('NoSuchLifecycleConfiguration');
    const Rules = [{ ID: 'checkpoints', Status: 'Enabled' as const, Filter: { Prefix: 'checkpoints/' }, Expiration: { Days: 1 } }];
    await local.s3.send(new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules } }));
    expect((await local.s3.send(get)).Rules).toEqual(Rules);
    await local.s3.send(new DeleteBucketLifecycleCommand({ Bucket }));
    expect(await errorName(local.s3.send(get))).toBe('NoSuchLifecycleConfiguration');
  });

  test('CORS rules are kept and given back', async () => {
    const Bucket = await newBucket();
    const get = new GetBucketCorsCommand({ Bucket });
    expect(await errorName(local.s3.send(get))).toBe('NoSuchCORSConfiguration');
    const CORSRules = [{ AllowedMethods: ['GET'], AllowedOrigins: ['*'], MaxAgeSeconds: 60 }];
    await local.s3.send(new PutBucketCorsCommand({ Bucket, CORSConfiguration: { CORSRules } }));
    expect((await local.s3.send(get)).CORSRules).toEqual(CORSRules);
    await local.s3.send(new DeleteBucketCorsCommand({ Bucket }));
    expect(await errorName(local.s3.send(get))).toBe('NoSuchCORSConfiguration');
  });

  test('tags are kept and given back', async () => {
    const Bucket = await newBucket();
    const get = new GetBucketTaggingCommand({ Bucket });
    expect(await errorName(local.s3.send(get))).toBe('NoSuchTagSet');
    const TagSet = [{ Key: 'stage', Value: 'local & own' }];
    await local.s3.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet } }));
    expect((await local.s3.send(get)).TagSet).toEqual(TagSet);
  });

  test('encryption is AES256 until something else is asked for', async () => {
    const Bucket = await newBucket();
    const algorithm = async () => {
      const { ServerSideEncryptionConfiguration: found } = await local.s3.send(new GetBucketEncryptionCommand({ Bucket }));
      return found?.Rules?.[0]?.ApplyServerSideEncryptionByDefault?.SSEAlgorithm;
    };
    expect(await algorithm()).toBe('AES256');
    const Rules = [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms' as const } }];
    await local.s3.send(new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration: { Rules } }));
    expect(await algorithm()).toBe('aws:kms');
  });

  test('public access block, versioning and location are told', async () => {
    const Bucket = await newBucket();
    expect(await errorName(local.s3.send(new GetPublicAccessBlockCommand({ Bucket })))).toBe('NoSuchPublicAccessBlockConfiguration');
    const PublicAccessBlockConfiguration = { BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: true, RestrictPublicBuckets: true };
    await local.s3.send(new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration }));
    expect(await local.s3.send(new GetPublicAccessBlockCommand({ Bucket }))).toMatchObject({ PublicAccessBlockConfiguration });
    expect((await local.s3.send(new GetBucketVersioningCommand({ Bucket }))).Status).toBeUndefined();
    await local.s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
    expect((await local.s3.send(new GetBucketVersioningCommand({ Bucket }))).Status).toBe('Enabled');
    // The client asks for its own region when none is named.
    expect((await local.s3.send(new GetBucketLocationCommand({ Bucket }))).LocationConstraint).toBe('eu-west-1');
    const far = randomUUID();
    await local.s3.send(new CreateBucketCommand({ Bucket: far, CreateBucketConfiguration: { LocationConstraint: 'eu-central-1' } }));
    expect((await local.s3.send(new GetBucketLocationCommand({ Bucket: far }))).LocationConstraint).toBe('eu-central-1');
  });
});
