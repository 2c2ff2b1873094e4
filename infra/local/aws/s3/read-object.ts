import { parseRange, type ByteRange } from './byte-range.ts';
import type { S3Context } from './context.ts';
import { checksumHeaders } from './object-input.ts';
import { checkRead } from './preconditions.ts';
import type { Reply } from './reply.ts';
import { s3Error } from './s3-error.ts';
import type { S3Request } from './s3-request.ts';
import type { Bucket, StoredObject } from './store.ts';

const OVERRIDES = ['content-type', 'content-language', 'expires', 'cache-control', 'content-disposition', 'content-encoding'];

/** Throws NoSuchKey. */
export function findObject(bucket: Bucket, key: string): StoredObject {
  const object = bucket.objects.get(key);
  if (object === undefined) throw s3Error('NoSuchKey', 'The specified key does not exist.', { Key: key });
  return object;
}

/** GetObject and HeadObject: whole, a range, or one part; 304 and 412 by the usual headers. */
export async function readObject(context: S3Context, request: S3Request, bucketName: string, key: string): Promise<Reply> {
  const { store, blobs } = context;
  const object = findObject(store.bucket(bucketName), key);
  checkRead(request, object);
  const range = partRange(request, object) ?? parseRange(request.header('range'), object.size);
  const length = range === undefined ? object.size : range.end - range.start + 1;
  const reply: Reply = {
    status: range === undefined ? 200 : 206,
    headers: {
      ...describeObject(object),
      ...Object.fromEntries(OVERRIDES.flatMap((name) => overridden(request, name))),
      'content-length': length,
      ...(range && { 'content-range': `bytes ${range.start}-${range.end}/${object.size}` }),
      // A range's checksum is not the object's.
      ...(range === undefined && request.header('x-amz-checksum-mode') === 'ENABLED' && checksumHeaders(object.checksums, object.checksumType)),
    },
  };
  if (request.method === 'HEAD' || length === 0) return reply;
  try {
    return { ...reply, body: await blobs.read(object.blob, range) };
  } catch (error) {
    // Overwritten or deleted since it was looked up: look again.
    if (store.bucket(bucketName).objects.get(key) !== object) return readObject(context, request, bucketName, key);
    throw error;
  }
}

/** The headers every read of an object carries. */
function describeObject(object: StoredObject): Reply['headers'] {
  const tags = Object.keys(object.tags).length;
  return {
    ...object.headers,
    ...Object.fromEntries(Object.entries(object.metadata).map(([name, value]) => [`x-amz-meta-${name}`, value])),
    etag: `"${object.etag}"`,
    'last-modified': new Date(object.modifiedAt).toUTCString(),
    'accept-ranges': 'bytes',
    'x-amz-server-side-encryption': 'AES256',
    ...(tags > 0 && { 'x-amz-tagging-count': tags }),
    ...(object.partSizes && { 'x-amz-mp-parts-count': object.partSizes.length }),
  };
}

function overridden(request: S3Request, name: string): readonly (readonly [string, string])[] {
  const value = request.query.get(`response-${name}`);
  return value === undefined ? [] : [[name, value]];
}

function partRange({ query }: S3Request, { partSizes, size }: StoredObject): ByteRange | undefined {
  const number = query.get('partNumber');
  if (number === undefined) return undefined;
  const sizes = partSizes ?? [size];
  const index = Number(number) - 1;
  const length = sizes[index];
  if (length === undefined) throw s3Error('InvalidRange', 'The requested partnumber is not satisfiable');
  const start = sizes.slice(0, index).reduce((sum, one) => sum + one, 0);
  return length === 0 ? undefined : { start, end: start + length - 1 };
}
