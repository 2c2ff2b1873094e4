import type { S3Context } from './context.ts';
import { xmlReply, type Reply } from './reply.ts';
import { s3Error } from './s3-error.ts';
import type { S3Request } from './s3-request.ts';
import { encodeRfc3986 } from '../sigv4.ts';
import type { Bucket } from './store.ts';
import { findUpload } from './multipart.ts';
import { checksumFields } from './write-object.ts';
import type { XmlContent } from './xml.ts';

const MAX_KEYS = 1000;
const OWNER = { ID: '000000000000', DisplayName: 'local' };

interface Page {
  readonly keys: readonly string[];
  readonly commonPrefixes: readonly string[];
  /** The last key or common prefix of the page, when more follow. */
  readonly next: string | undefined;
}

/** ListObjectsV2. */
export function listObjectsV2({ store }: S3Context, { query }: S3Request, bucketName: string): Reply {
  const bucket = store.bucket(bucketName);
  const { prefix, delimiter, maxKeys, encode } = readListing(query);
  const token = query.get('continuation-token');
  const after = token === undefined ? (query.get('start-after') ?? '') : Buffer.from(token, 'base64').toString('utf8');
  const page = pageOf(bucket, { prefix, delimiter, maxKeys, after });
  return xmlReply('ListBucketResult', {
    Name: bucketName,
    Prefix: encode(prefix),
    Delimiter: delimiter === '' ? undefined : encode(delimiter),
    MaxKeys: maxKeys,
    KeyCount: page.keys.length + page.commonPrefixes.length,
    IsTruncated: page.next !== undefined,
    EncodingType: query.get('encoding-type'),
    ContinuationToken: token,
    StartAfter: query.has('start-after') ? encode(query.get('start-after') ?? '') : undefined,
    NextContinuationToken: page.next === undefined ? undefined : Buffer.from(page.next).toString('base64'),
    Contents: page.keys.map((key) => contents(bucket, key, encode, query.get('fetch-owner') === 'true')),
    CommonPrefixes: page.commonPrefixes.map((one) => ({ Prefix: encode(one) })),
  });
}

/** ListObjects, the old form. */
export function listObjects({ store }: S3Context, { query }: S3Request, bucketName: string): Reply {
  const bucket = store.bucket(bucketName);
  const { prefix, delimiter, maxKeys, encode } = readListing(query);
  const marker = query.get('marker') ?? '';
  const page = pageOf(bucket, { prefix, delimiter, maxKeys, after: marker });
  return xmlReply('ListBucketResult', {
    Name: bucketName,
    Prefix: encode(prefix),
    Marker: encode(marker),
    Delimiter: delimiter === '' ? undefined : encode(delimiter),
    MaxKeys: maxKeys,
    IsTruncated: page.next !== undefined,
    EncodingType: query.get('encoding-type'),
    NextMarker: page.next === undefined ? undefined : encode(page.next),
    Contents: page.keys.map((key) => contents(bucket, key, encode, true)),
    CommonPrefixes: page.commonPrefixes.map((one) => ({ Prefix: encode(one) })),
  });
}

/** ListMultipartUploads. */
export function listUploads({ store }: S3Context, { query }: S3Request, bucketName: string): Reply {
  const { prefix, encode } = readListing(query);
  const uploads = Array.from(store.bucket(bucketName).uploads)
    .filter(([, { key }]) => key.startsWith(prefix))
    .toSorted(([, a], [, b]) => compareKeys(a.key, b.key) || a.startedAt - b.startedAt);
  return xmlReply('ListMultipartUploadsResult', {
    Bucket: bucketName,
    Prefix: encode(prefix),
    MaxUploads: MAX_KEYS,
    IsTruncated: false,
    Upload: uploads.map(([UploadId, { key, startedAt }]) => ({ Key: encode(key), UploadId, Initiated: iso(startedAt), StorageClass: 'STANDARD' })),
  });
}

/** ListParts. */
export function listParts(context: S3Context, request: S3Request, bucketName: string, key: string): Reply {
  const { parts } = findUpload(context, request, bucketName, key);
  const maxParts = readMax(request.query.get('max-parts'));
  const after = Number(request.query.get('part-number-marker') ?? 0);
  const rest = [...parts].filter(([number]) => number > after).toSorted(([a], [b]) => a - b);
  const page = rest.slice(0, maxParts);
  return xmlReply('ListPartsResult', {
    Bucket: bucketName,
    Key: key,
    UploadId: request.query.get('uploadId'),
    PartNumberMarker: after,
    NextPartNumberMarker: page.at(-1)?.[0],
    MaxParts: maxParts,
    IsTruncated: page.length < rest.length,
    Part: page.map(([PartNumber, part]) => ({
      PartNumber,
      LastModified: iso(part.modifiedAt),
      ETag: `"${part.etag}"`,
      Size: part.size,
      ...checksumFields({ checksums: part.checksums, checksumType: 'FULL_OBJECT' }),
    })),
  });
}

function readListing(query: ReadonlyMap<string, string>): { prefix: string; delimiter: string; maxKeys: number; encode: (text: string) => string } {
  const encoding = query.get('encoding-type');
  if (encoding !== undefined && encoding !== 'url') throw s3Error('InvalidArgument', 'Invalid Encoding Method specified in Request');
  return {
    prefix: query.get('prefix') ?? '',
    delimiter: query.get('delimiter') ?? '',
    maxKeys: readMax(query.get('max-keys')),
    encode: (text) => (encoding === 'url' ? encodeRfc3986(text).replaceAll('%2F', '/') : text),
  };
}

function readMax(text: string | undefined): number {
  if (text === undefined) return MAX_KEYS;
  const max = Number(text);
  if (!Number.isInteger(max) || max < 0) throw s3Error('InvalidArgument', 'Provided max-keys not an integer or within integer range');
  return Math.min(max, MAX_KEYS);
}

function pageOf(
  { objects }: Bucket,
  { prefix, delimiter, maxKeys, after }: { readonly prefix: string; readonly delimiter: string; readonly maxKeys: number; readonly after: string },
): Page {
  const keys: string[] = [];
  const commonPrefixes: string[] = [];
  let last: string | undefined;
  for (const key of [...objects.keys()].filter((one) => one.startsWith(prefix)).toSorted(compareKeys)) {
    const end = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
    const common = end === -1 ? undefined : key.slice(0, end + delimiter.length);
    if (common !== undefined && common === commonPrefixes.at(-1)) continue;
    // A page may have ended with a common prefix, whose keys all come after it.
    if (compareKeys(key, after) <= 0 || (common !== undefined && common === after)) continue;
    if (keys.length + commonPrefixes.length === maxKeys) return { keys, commonPrefixes, next: maxKeys === 0 ? undefined : last };
    if (common === undefined) keys.push(key);
    else commonPrefixes.push(common);
    last = common ?? key;
  }
  return { keys, commonPrefixes, next: undefined };
}

function contents({ objects }: Bucket, key: string, encode: (text: string) => string, withOwner: boolean): XmlContent {
  const object = objects.get(key);
  if (object === undefined) return {};
  const [algorithm] = Object.keys(object.checksums);
  return {
    Key: encode(key),
    LastModified: iso(object.modifiedAt),
    ETag: `"${object.etag}"`,
    Size: object.size,
    StorageClass: 'STANDARD',
    ChecksumAlgorithm: algorithm,
    Owner: withOwner ? OWNER : undefined,
  };
}

/** By UTF-8 bytes, as S3 orders keys. */
function compareKeys(a: string, b: string): number {
  return a === b ? 0 : Buffer.compare(Buffer.from(a), Buffer.from(b));
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
