import { readTextBody } from './body-xml.ts';
import type { S3Context } from './context.ts';
import { emptyReply, xmlReply, type Reply } from './reply.ts';
import { s3Error } from './s3-error.ts';
import type { S3Request } from './s3-request.ts';
import { childText, parseXml } from './xml.ts';

/** CreateBucket. In us-east-1 one's own bucket may be made again, elsewhere that is an error; here it always is one. */
export async function createBucket({ store, commit, now, region }: S3Context, request: S3Request, name: string): Promise<Reply> {
  if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name)) throw s3Error('InvalidBucketName', 'The specified bucket is not valid.');
  const text = await readTextBody(request);
  const location = text.trim() === '' ? '' : (childText(parseXml(text), 'LocationConstraint') ?? '');
  if (store.buckets.has(name)) {
    throw s3Error('BucketAlreadyOwnedByYou', 'Your previous request to create the named bucket succeeded and you already own it.', { BucketName: name });
  }
  commit({ op: 'create-bucket', bucket: name, location: location || (region === 'us-east-1' ? '' : region), at: now() });
  return emptyReply(200, { location: `/${name}` });
}

export function deleteBucket({ store, commit }: S3Context, name: string): Reply {
  const { objects, uploads } = store.bucket(name);
  if (objects.size > 0 || uploads.size > 0) throw s3Error('BucketNotEmpty', 'The bucket you tried to delete is not empty', { BucketName: name });
  commit({ op: 'delete-bucket', bucket: name });
  return emptyReply(204);
}

export function headBucket({ store, region }: S3Context, name: string): Reply {
  return emptyReply(200, { 'x-amz-bucket-region': store.bucket(name).location || region });
}

export function listBuckets({ store, region }: S3Context, { query }: S3Request): Reply {
  const prefix = query.get('prefix') ?? '';
  const buckets = [...store.buckets.values()].filter(({ name }) => name.startsWith(prefix)).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  return xmlReply('ListAllMyBucketsResult', {
    Owner: { ID: '000000000000', DisplayName: 'local' },
    Buckets: {
      Bucket: buckets.map(({ name, createdAt, location }) => ({ Name: name, CreationDate: new Date(createdAt).toISOString(), BucketRegion: location || region })),
    },
  });
}

export function bucketLocation({ store }: S3Context, name: string): Reply {
  return xmlReply('LocationConstraint', store.bucket(name).location);
}
