import { readXmlBody } from './body-xml.ts';
import type { S3Context } from './context.ts';
import { findObject } from './read-object.ts';
import { emptyReply, xmlReply, type Reply } from './reply.ts';
import { s3Error } from './s3-error.ts';
import type { S3Request } from './s3-request.ts';
import { childrenNamed, childText } from './xml.ts';

const MAX_TAGS = 10;

/** GetObjectTagging, PutObjectTagging and DeleteObjectTagging. */
export async function objectTagging({ store, commit }: S3Context, request: S3Request, bucketName: string, key: string): Promise<Reply> {
  if (request.method === 'GET') {
    const { tags } = findObject(store.bucket(bucketName), key);
    return xmlReply('Tagging', { TagSet: { Tag: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) } });
  }
  const tags = request.method === 'PUT' ? await readTags(request) : {};
  const object = findObject(store.bucket(bucketName), key);
  commit({ op: 'put', bucket: bucketName, key, object: { ...object, tags } });
  return emptyReply(request.method === 'PUT' ? 200 : 204);
}

async function readTags(request: S3Request): Promise<Record<string, string>> {
  const root = await readXmlBody(request);
  const tags = childrenNamed(root, 'TagSet').flatMap((set) => childrenNamed(set, 'Tag'));
  if (root.name !== 'Tagging') throw s3Error('MalformedXML', 'The XML you provided is not a Tagging');
  if (tags.length > MAX_TAGS) throw s3Error('BadRequest', `Object tags cannot be greater than ${MAX_TAGS}`);
  return Object.fromEntries(tags.map((tag) => [childText(tag, 'Key') ?? '', childText(tag, 'Value') ?? '']));
}
