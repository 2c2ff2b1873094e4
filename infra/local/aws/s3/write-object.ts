import type { Blob } from './blobs.ts';
import type { S3Context } from './context.ts';
import { checkArrived, checksumHeaders, keptHeaders, metadata, tagsOfHeader, wantedAlgorithms } from './object-input.ts';
import { checkRead, checkWrite } from './preconditions.ts';
import { findObject } from './read-object.ts';
import { emptyReply, xmlReply, type Reply } from './reply.ts';
import { s3Error } from './s3-error.ts';
import type { S3Request } from './s3-request.ts';
import { decodePercent } from '../sigv4.ts';
import type { StoredObject } from './store.ts';

const MAX_KEY_BYTES = 1024;
const MAX_PUT_BYTES = 5 * 1024 ** 3;

/** PutObject. The conditions are looked at before the bytes come, and again, with nothing in between, when they are in place. */
export async function putObject(context: S3Context, request: S3Request, bucketName: string, key: string): Promise<Reply> {
  const { store, blobs, now } = context;
  if (Buffer.byteLength(key) > MAX_KEY_BYTES) throw s3Error('KeyTooLongError', 'Your key is too long');
  if ((request.body.length ?? 0) > MAX_PUT_BYTES) throw s3Error('EntityTooLarge', 'Your proposed upload exceeds the maximum allowed object size');
  checkWrite(request, store.bucket(bucketName).objects.get(key));
  const blob = await blobs.write(request.body.stream, { algorithms: wantedAlgorithms(request), sha256: request.body.promisedSha256 !== undefined });
  const object: StoredObject = {
    blob: blob.name,
    size: blob.size,
    etag: blob.md5,
    modifiedAt: now(),
    headers: keptHeaders(request),
    metadata: metadata(request),
    checksums: Object.fromEntries(blob.checksums),
    checksumType: 'FULL_OBJECT',
    tags: tagsOfHeader(request),
  };
  keepOrDiscard(context, blob, () => {
    checkArrived(request, blob);
    place(context, request, bucketName, key, object);
  });
  return emptyReply(200, {
    etag: `"${object.etag}"`,
    'x-amz-server-side-encryption': 'AES256',
    ...checksumHeaders(object.checksums, object.checksumType),
  });
}

/** CopyObject, within or between buckets; the copy has bytes of its own. */
export async function copyObject(context: S3Context, request: S3Request, bucketName: string, key: string): Promise<Reply> {
  const { store, blobs, now } = context;
  const { source, sourceBucket, sourceKey } = findSource(context, request);
  store.bucket(bucketName);
  const replaces = request.header('x-amz-metadata-directive') === 'REPLACE';
  if (!replaces && sourceBucket === bucketName && sourceKey === key) {
    throw s3Error('InvalidRequest', "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata.");
  }
  const blob = await blobs.write(await blobs.read(source.blob));
  const object: StoredObject = {
    ...source,
    blob: blob.name,
    modifiedAt: now(),
    ...(replaces && { headers: keptHeaders(request), metadata: metadata(request) }),
    ...(request.header('x-amz-tagging-directive') === 'REPLACE' && { tags: tagsOfHeader(request) }),
  };
  keepOrDiscard(context, blob, () => place(context, request, bucketName, key, object));
  return xmlReply('CopyObjectResult', { LastModified: new Date(object.modifiedAt).toISOString(), ETag: `"${object.etag}"`, ...checksumFields(object) });
}

/** The object that x-amz-copy-source names, if the request's conditions on it hold. */
export function findSource({ store }: S3Context, request: S3Request): { source: StoredObject; sourceBucket: string; sourceKey: string } {
  const path = decodePercent((request.header('x-amz-copy-source') ?? '').split('?', 1)[0] ?? '').replace(/^\//, '');
  const slash = path.indexOf('/');
  if (slash < 1) throw s3Error('InvalidArgument', 'Copy Source must mention the source bucket and key: sourcebucket/sourcekey');
  const [sourceBucket, sourceKey] = [path.slice(0, slash), path.slice(slash + 1)];
  const source = findObject(store.bucket(sourceBucket), sourceKey);
  checkRead(request, source, 'x-amz-copy-source-');
  return { source, sourceBucket, sourceKey };
}

/** `ChecksumCRC32: …`, for XML answers. */
export function checksumFields({ checksums, checksumType }: Pick<StoredObject, 'checksums' | 'checksumType'>): Record<string, string> {
  const fields = Object.fromEntries(Object.entries(checksums).map(([algorithm, value]) => [`Checksum${algorithm}`, value]));
  return Object.keys(fields).length === 0 ? {} : { ...fields, ChecksumType: checksumType };
}

/** Runs what would refer to a blob; when it throws, the blob goes. */
export function keepOrDiscard(context: S3Context, blob: Blob, use: () => void): void {
  try {
    use();
  } catch (error) {
    context.discard(blob.name);
    throw error;
  }
}

function place(context: S3Context, request: S3Request, bucketName: string, key: string, object: StoredObject): void {
  const { objects } = context.store.bucket(bucketName);
  const current = objects.get(key);
  checkWrite(request, current);
  context.commit({ op: 'put', bucket: bucketName, key, object });
  if (current !== undefined) context.discard(current.blob);
}
