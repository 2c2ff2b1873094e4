import { bucketLocation, createBucket, deleteBucket, headBucket, listBuckets } from './bucket-operations.ts';
import { bucketSetting, settingOf } from './bucket-settings.ts';
import type { S3Context } from './context.ts';
import { deleteObject, deleteObjects } from './delete-objects.ts';
import { listObjects, listObjectsV2, listParts, listUploads } from './list.ts';
import { abortUpload, completeUpload, startUpload, uploadPart } from './multipart.ts';
import { objectTagging } from './object-tagging.ts';
import { readObject } from './read-object.ts';
import type { Reply } from './reply.ts';
import { s3Error } from './s3-error.ts';
import type { S3Request } from './s3-request.ts';
import { copyObject, putObject } from './write-object.ts';

/** Subresources that name an operation we do not have: better an error than the wrong operation. */
const MISSING = ['acl', 'attributes', 'legal-hold', 'retention', 'torrent', 'restore', 'select', 'policyStatus', 'versions', 'website', 'logging', 'replication'];

/** Finds the operation that method, path and query name. Throws NotImplemented or MethodNotAllowed. */
export async function route(context: S3Context, request: S3Request): Promise<Reply> {
  const { method, bucket, key, query } = request;
  const missing = MISSING.find((name) => query.has(name));
  if (missing !== undefined) throw s3Error('NotImplemented', `the local S3 has no ?${missing}`);
  if (bucket === undefined) {
    if (method === 'GET') return listBuckets(context, request);
    throw notAllowed();
  }
  return key === undefined ? routeBucket(context, request, bucket) : routeObject(context, request, bucket, key);
}

async function routeBucket(context: S3Context, request: S3Request, bucket: string): Promise<Reply> {
  const { method, query } = request;
  const setting = settingOf(query);
  if (setting !== undefined) return bucketSetting(context, request, bucket, setting);
  if (method === 'GET' && query.has('location')) return bucketLocation(context, bucket);
  if (method === 'GET' && query.has('uploads')) return listUploads(context, request, bucket);
  if (method === 'GET') return query.get('list-type') === '2' ? listObjectsV2(context, request, bucket) : listObjects(context, request, bucket);
  if (method === 'HEAD') return headBucket(context, bucket);
  if (method === 'PUT') return createBucket(context, request, bucket);
  if (method === 'DELETE') return deleteBucket(context, bucket);
  if (method === 'POST' && query.has('delete')) return deleteObjects(context, request, bucket);
  throw notAllowed();
}

async function routeObject(context: S3Context, request: S3Request, bucket: string, key: string): Promise<Reply> {
  const { method, query } = request;
  const isPart = query.has('uploadId');
  if (query.has('tagging')) return objectTagging(context, request, bucket, key);
  if (method === 'GET' && isPart) return listParts(context, request, bucket, key);
  if (method === 'GET' || method === 'HEAD') return readObject(context, request, bucket, key);
  if (method === 'PUT' && isPart) return uploadPart(context, request, bucket, key);
  if (method === 'PUT') return request.header('x-amz-copy-source') === undefined ? putObject(context, request, bucket, key) : copyObject(context, request, bucket, key);
  if (method === 'DELETE') return isPart ? abortUpload(context, request, bucket, key) : deleteObject(context, request, bucket, key);
  if (method === 'POST' && query.has('uploads')) return startUpload(context, request, bucket, key);
  if (method === 'POST' && isPart) return completeUpload(context, request, bucket, key);
  throw notAllowed();
}

function notAllowed(): Error {
  return s3Error('MethodNotAllowed', 'The specified method is not allowed against this resource.');
}
