import { createHash } from 'node:crypto';
import { Agent } from 'node:http';
import type { LookupFunction } from 'node:net';
import { Readable } from 'node:stream';
import { crc32 } from 'node:zlib';
import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  PutObjectTaggingCommand,
  S3Client,
  type ListObjectsV2CommandInput,
  type ListObjectsV2CommandOutput,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LOCAL_CREDENTIALS } from '../../../../infra/local/aws/start-local-aws.ts';
import { bucketActions } from './bucket-actions.ts';
import { clientsOf, errorName, startTestAws, type TestAws } from './start-test-aws.ts';

let local: TestAws;

beforeAll(async () => {
  local = await startTestAws();
});
afterAll(() => local.close());

const { newBucket, put, get, read } = bucketActions(() => local.s3);

function list(Bucket: string, more: Partial<ListObjectsV2CommandInput> = {}) {
  return local.s3.send(new ListObjectsV2Command({ Bucket, ...more }));
}

async function status(promise: Promise<unknown>): Promise<number | undefined> {
  return promise.then(
    () => Promise.reject(new Error('expected a rejection')),
    (error: { $metadata?: { httpStatusCode?: number } }) => error.$metadata?.httpStatusCode,
  );
}

const crc32Base64 = (text: string): string => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc32(text));
  return bytes.toString('base64');
};

describe.concurrent('buckets', () => {
  test('a bucket is made, found, listed and, when empty, deleted', async () => {
    const Bucket = await newBucket();
    await local.s3.send(new HeadBucketCommand({ Bucket }));
    expect((await local.s3.send(new ListBucketsCommand({}))).Buckets?.map(({ Name }) => Name)).toContain(Bucket);
    await put(Bucket, 'a', '1');
    expect(await errorName(local.s3.send(new DeleteBucketCommand({ Bucket })))).toBe('BucketNotEmpty');
    await local.s3.send(new DeleteObjectCommand({ Bucket, Key: 'a' }));
    await local.s3.send(new DeleteBucketCommand({ Bucket }));
    expect(await status(local.s3.send(new HeadBucketCommand({ Bucket })))).toBe(404);
  });

  test('making one twice, or with a bad name, and using one that is not there, are errors', async () => {
    const Bucket = await newBucket();
    expect(await errorName(local.s3.send(new CreateBucketCommand({ Bucket })))).toBe('BucketAlreadyOwnedByYou');
    expect(await errorName(local.s3.send(new CreateBucketCommand({ Bucket: 'No_Good' })))).toBe('InvalidBucketName');
    expect(await errorName(put('nowhere', 'a', '1'))).toBe('NoSuchBucket');
    expect(await errorName(list('nowhere'))).toBe('NoSuchBucket');
  });

  test('a wrong secret, an unknown key, and no signature at all, are refused', async () => {
    const Bucket = await newBucket();
    await put(Bucket, 'a', '1');
    const wrong = clientsOf(local.aws, { ...LOCAL_CREDENTIALS, secretAccessKey: 'guess' });
    const unknown = clientsOf(local.aws, { ...LOCAL_CREDENTIALS, accessKeyId: 'stranger' });
    expect(await errorName(wrong.s3.send(new GetObjectCommand({ Bucket, Key: 'a' })))).toBe('SignatureDoesNotMatch');
    expect(await errorName(wrong.s3.send(new PutObjectCommand({ Bucket, Key: 'a', Body: '2' })))).toBe('SignatureDoesNotMatch');
    expect(await errorName(unknown.s3.send(new GetObjectCommand({ Bucket, Key: 'a' })))).toBe('InvalidAccessKeyId');
    expect((await fetch(`${local.aws.s3}/${Bucket}/a`)).status).toBe(403);
    expect(await read(Bucket, 'a')).toBe('1');
  });
});

describe.concurrent('objects', () => {
  test('an object comes back with its bytes, type, metadata, ETag and size', async () => {
    const Bucket = await newBucket();
    const Body = Buffer.from([0, 255, 13, 10, 7]);
    const more = { ContentType: 'image/png', CacheControl: 'max-age=60', ContentDisposition: 'inline', Metadata: { seed: '42' } };
    const { ETag } = await put(Bucket, 'a.png', Body, more);
    expect(ETag).toBe(`"${createHash('md5').update(Body).digest('hex')}"`);
    const found = await get(Bucket, 'a.png');
    expect(found).toMatchObject({ ...more, ETag, ContentLength: 5, AcceptRanges: 'bytes' });
    expect(Buffer.from((await found.Body?.transformToByteArray()) ?? [])).toEqual(Body);
    expect(await local.s3.send(new HeadObjectCommand({ Bucket, Key: 'a.png' }))).toMatchObject({ ...more, ETag, ContentLength: 5 });
  });

  test('keys may hold spaces, slashes, umlauts, quotes, plus signs, dots and line feeds', async () => {
    const Bucket = await newBucket();
    const keys = ["a b/ü'(!)*.txt", 'x+y=z&w?.txt', '../../etc/passwd', 'a//b/', 'line\nfeed', '日本/🏠', '%41'];
    for (const key of keys) await put(Bucket, key, key);
    for (const key of keys) expect(await read(Bucket, key)).toBe(key);
    const { Contents = [] } = await list(Bucket);
    expect(Contents.map(({ Key }) => Key).toSorted()).toEqual(keys.toSorted());
  });

  test('an empty object is an object', async () => {
    const Bucket = await newBucket();
    await put(Bucket, 'empty', '');
    expect(await get(Bucket, 'empty')).toMatchObject({ ContentLength: 0 });
    expect(await read(Bucket, 'empty')).toBe('');
  });

  test('putting again replaces, deleting removes, and deleting what is not there is no error', async () => {
    const Bucket = await newBucket();
    await put(Bucket, 'a', '1');
    await put(Bucket, 'a', '22');
    expect(await read(Bucket, 'a')).toBe('22');
    for (const _ of [1, 2]) await local.s3.send(new DeleteObjectCommand({ Bucket, Key: 'a' }));
    expect(await errorName(get(Bucket, 'a'))).toBe('NoSuchKey');
    expect(await status(local.s3.send(new HeadObjectCommand({ Bucket, Key: 'a' })))).toBe(404);
  });

  test('the client gets CRC32 by default, checked on the way in and given back on the way out', async () => {
    const Bucket = await newBucket();
    expect(await put(Bucket, 'a', 'hello')).toMatchObject({ ChecksumCRC32: crc32Base64('hello') });
    expect(await get(Bucket, 'a')).toMatchObject({ ChecksumCRC32: crc32Base64('hello') });
    expect(await errorName(put(Bucket, 'b', 'hello', { ChecksumCRC32: crc32Base64('other') }))).toBe('BadDigest');
    expect(await errorName(put(Bucket, 'b', 'hello', { ContentMD5: 'XUFAKrxLKna5cZ2REBfFkA==' }))).toBe('BadDigest');
    expect(await errorName(get(Bucket, 'b'))).toBe('NoSuchKey');
  });

  test.each(['CRC32C', 'SHA1', 'SHA256'] as const)('%s is computed as the client computes it', async (ChecksumAlgorithm) => {
    const Bucket = await newBucket();
    const sent = await put(Bucket, 'a', '123456789', { ChecksumAlgorithm });
    // 0xe3069283 is the CRC catalogues' check value for these nine digits.
    const hash = ChecksumAlgorithm === 'CRC32C' ? '4waSgw==' : createHash(ChecksumAlgorithm).update('123456789').digest('base64');
    expect(sent[`Checksum${ChecksumAlgorithm}`]).toBe(hash);
  });

  test('an object without a checksum of its client gets CRC64NVME, as S3 gives it', async () => {
    const Bucket = await newBucket();
    const plain = new S3Client({ ...sameConfig(), requestChecksumCalculation: 'WHEN_REQUIRED' });
    const sent = await plain.send(new PutObjectCommand({ Bucket, Key: 'a', Body: '123456789' }));
    expect(sent).toMatchObject({ ChecksumCRC64NVME: Buffer.from('ae8b14860a799888', 'hex').toString('base64'), ChecksumType: 'FULL_OBJECT' });
  });

  test('a streamed upload arrives without its framing, and its trailer is checked', async () => {
    const Bucket = await newBucket();
    const parts = Array.from({ length: 40 }, (_, i) => Buffer.alloc(5000, i));
    const Body = Buffer.concat(parts);
    const sent = await put(Bucket, 'a', Readable.from(parts), { ContentLength: Body.length, ContentType: 'image/png' });
    expect(sent.ChecksumCRC32).toBeDefined();
    const found = await get(Bucket, 'a');
    expect(found.ContentEncoding).toBeUndefined();
    expect(Buffer.from((await found.Body?.transformToByteArray()) ?? []).equals(Body)).toBe(true);
  });

  test('ranges: from, to, the last bytes; beyond the end is 416', async () => {
    const Bucket = await newBucket();
    await put(Bucket, 'a', '0123456789');
    expect(await get(Bucket, 'a', { Range: 'bytes=2-4' })).toMatchObject({ ContentRange: 'bytes 2-4/10', ContentLength: 3 });
    expect(await read(Bucket, 'a', { Range: 'bytes=2-4' })).toBe('234');
    expect(await read(Bucket, 'a', { Range: 'bytes=7-' })).toBe('789');
    expect(await read(Bucket, 'a', { Range: 'bytes=-2' })).toBe('89');
    expect(await read(Bucket, 'a', { Range: 'bytes=8-100' })).toBe('89');
    expect(await errorName(get(Bucket, 'a', { Range: 'bytes=10-' }))).toBe('InvalidRange');
  });

  test('an ETag the client has already is 304; one it does not expect is 412', async () => {
    const Bucket = await newBucket();
    const { ETag } = await put(Bucket, 'a', '1');
    expect(await status(get(Bucket, 'a', { IfNoneMatch: ETag }))).toBe(304);
    expect(await read(Bucket, 'a', { IfNoneMatch: '"other"' })).toBe('1');
    expect(await read(Bucket, 'a', { IfMatch: ETag })).toBe('1');
    expect(await status(get(Bucket, 'a', { IfMatch: '"other"' }))).toBe(412);
    expect(await status(get(Bucket, 'a', { IfModifiedSince: new Date(Date.now() + 60_000) }))).toBe(304);
    expect(await status(get(Bucket, 'a', { IfUnmodifiedSince: new Date(0) }))).toBe(412);
  });

  test('If-None-Match: * puts only what is not there; of many at once, one wins', async () => {
    const Bucket = await newBucket();
    const puts = await Promise.allSettled(Array.from({ length: 8 }, (_, i) => put(Bucket, 'a', String(i), { IfNoneMatch: '*' })));
    expect(puts.filter((one) => one.status === 'fulfilled')).toHaveLength(1);
    const winner = puts.findIndex((one) => one.status === 'fulfilled');
    expect(await read(Bucket, 'a')).toBe(String(winner));
    expect(await errorName(put(Bucket, 'a', 'x', { IfNoneMatch: '*' }))).toBe('PreconditionFailed');
  });

  test('If-Match puts only over what the client knows', async () => {
    const Bucket = await newBucket();
    const { ETag } = await put(Bucket, 'a', '1');
    await put(Bucket, 'a', '2', { IfMatch: ETag });
    expect(await errorName(put(Bucket, 'a', '3', { IfMatch: ETag }))).toBe('PreconditionFailed');
    expect(await errorName(put(Bucket, 'b', '3', { IfMatch: ETag }))).toBe('NoSuchKey');
    expect(await read(Bucket, 'a')).toBe('2');
  });

  test('a copy keeps metadata unless told otherwise', async () => {
    const Bucket = await newBucket();
    await put(Bucket, 'a b/ü', 'bytes', { ContentType: 'image/png', Metadata: { seed: '1' } });
    const CopySource = `${Bucket}/${encodeURIComponent('a b/ü')}`;
    const { CopyObjectResult } = await local.s3.send(new CopyObjectCommand({ Bucket, Key: 'same', CopySource }));
    const fresh = { MetadataDirective: 'REPLACE', Metadata: { seed: '2' }, ContentType: 'text/plain' } as const;
    await local.s3.send(new CopyObjectCommand({ Bucket, Key: 'other', CopySource, ...fresh }));
    await local.s3.send(new DeleteObjectCommand({ Bucket, Key: 'a b/ü' }));
    expect(await get(Bucket, 'same')).toMatchObject({ ETag: CopyObjectResult?.ETag, ContentType: 'image/png', Metadata: { seed: '1' } });
    expect(await get(Bucket, 'other')).toMatchObject({ ContentType: 'text/plain', Metadata: { seed: '2' } });
    expect(await read(Bucket, 'other')).toBe('bytes');
    expect(await errorName(local.s3.send(new CopyObjectCommand({ Bucket, Key: 'x', CopySource })))).toBe('NoSuchKey');
    const self = new CopyObjectCommand({ Bucket, Key: 'same', CopySource: `${Bucket}/same` });
    expect(await errorName(local.s3.send(self))).toBe('InvalidRequest');
    const stale = new CopyObjectCommand({ Bucket, Key: 'x', CopySource: `${Bucket}/same`, CopySourceIfMatch: '"other"' });
    expect(await errorName(local.s3.send(stale))).toBe('PreconditionFailed');
  });

  test('objects carry tags, from the header or set later', async () => {
    const Bucket = await newBucket();
    await put(Bucket, 'a', '1', { Tagging: 'kind=picture&who=me%20too' });
    const tags = async () => (await local.s3.send(new GetObjectTaggingCommand({ Bucket, Key: 'a' }))).TagSet;
    expect(await tags()).toEqual([{ Key: 'kind', Value: 'picture' }, { Key: 'who', Value: 'me too' }]);
    expect(await get(Bucket, 'a')).toMatchObject({ TagCount: 2 });
    await local.s3.send(new PutObjectTaggingCommand({ Bucket, Key: 'a', Tagging: { TagSet: [{ Key: 'x', Value: '<&>' }] } }));
    expect(await tags()).toEqual([{ Key: 'x', Value: '<&>' }]);
  });

  test('a batch deletes up to a thousand, there or not, and says so unless it is to be quiet', async () => {
    const Bucket = await newBucket();
    for (const key of ['a', 'b&<', 'c']) await put(Bucket, key, key);
    const deleted = await local.s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: 'a' }, { Key: 'b&<' }, { Key: 'none' }] } }));
    expect(deleted.Deleted).toEqual([{ Key: 'a' }, { Key: 'b&<' }, { Key: 'none' }]);
    expect((await list(Bucket)).Contents?.map(({ Key }) => Key)).toEqual(['c']);
    const quiet = await local.s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: 'c' }], Quiet: true } }));
    expect(quiet.Deleted).toBeUndefined();
    expect((await list(Bucket)).KeyCount).toBe(0);
  });

  test('a bucket may be named in the path or in the host', async () => {
    const Bucket = await newBucket();
    await put(Bucket, 'a/b', 'found');
    const lookup: LookupFunction = (_name, { all }, found) => (all === true ? found(null, [{ address: '127.0.0.1', family: 4 }]) : found(null, '127.0.0.1', 4));
    const hosted = new S3Client({ ...sameConfig(), endpoint: local.aws.s3.replace('127.0.0.1', 'localhost'), requestHandler: { httpAgent: new Agent({ lookup }) } });
    const { Body } = await hosted.send(new GetObjectCommand({ Bucket, Key: 'a/b' }));
    expect(await Body?.transformToString()).toBe('found');
    hosted.destroy();
  });

  function sameConfig() {
    return { endpoint: local.aws.s3, region: 'us-east-1', credentials: { ...LOCAL_CREDENTIALS } };
  }
});

describe.concurrent('listing', () => {
  async function bucketWith(keys: readonly string[]): Promise<string> {
    const Bucket = await newBucket();
    await Promise.all(keys.map((key) => put(Bucket, key, key)));
    return Bucket;
  }
  const keysOf = ({ Contents = [] }: Pick<ListObjectsV2CommandOutput, 'Contents'>) => Contents.map(({ Key }) => Key);

  test('keys come in byte order, by prefix, after a key', async () => {
    const Bucket = await bucketWith(['b', 'a/2', 'B', 'a/1', 'ü', 'a']);
    expect(keysOf(await list(Bucket))).toEqual(['B', 'a', 'a/1', 'a/2', 'b', 'ü']);
    expect(await list(Bucket, { Prefix: 'a/' })).toMatchObject({ KeyCount: 2, IsTruncated: false, Prefix: 'a/' });
    expect(keysOf(await list(Bucket, { StartAfter: 'a/1' }))).toEqual(['a/2', 'b', 'ü']);
  });

  test('a delimiter folds keys into common prefixes', async () => {
    const Bucket = await bucketWith(['a/1', 'a/2', 'b/1', 'c']);
    const { Contents, CommonPrefixes } = await list(Bucket, { Delimiter: '/' });
    expect(CommonPrefixes).toEqual([{ Prefix: 'a/' }, { Prefix: 'b/' }]);
    expect(keysOf({ Contents: Contents ?? [] })).toEqual(['c']);
    expect(keysOf(await list(Bucket, { Delimiter: '/', Prefix: 'a/' }))).toEqual(['a/1', 'a/2']);
  });

  test('pages follow each other without gap or repeat, common prefixes included', async () => {
    const Bucket = await bucketWith(['a/1', 'a/2', 'b', 'c/1', 'd', 'e/1']);
    const seen: (string | undefined)[] = [];
    let ContinuationToken: string | undefined;
    do {
      const page = await list(Bucket, { Delimiter: '/', MaxKeys: 2, ...(ContinuationToken !== undefined && { ContinuationToken }) });
      expect(page.KeyCount).toBeLessThanOrEqual(2);
      seen.push(...keysOf(page), ...(page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix));
      expect(page.IsTruncated).toBe(page.NextContinuationToken !== undefined);
      ContinuationToken = page.NextContinuationToken;
    } while (ContinuationToken !== undefined);
    expect(seen.toSorted()).toEqual(['a/', 'b', 'c/', 'd', 'e/']);
  });

  test('keys are percent-encoded on request, and the old form pages by marker', async () => {
    const Bucket = await bucketWith(['a b', 'c+d', 'e']);
    expect(keysOf(await list(Bucket, { EncodingType: 'url' }))).toEqual(['a%20b', 'c%2Bd', 'e']);
    const page = await local.s3.send(new ListObjectsCommand({ Bucket, MaxKeys: 2 }));
    expect(page.IsTruncated).toBe(true);
    expect(keysOf(await local.s3.send(new ListObjectsCommand({ Bucket, Marker: 'c+d' })))).toEqual(['e']);
  });
});
