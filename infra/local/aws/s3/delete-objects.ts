import { readXmlBody } from './body-xml.ts';
import type { S3Context } from './context.ts';
import { checkWrite } from './preconditions.ts';
import { emptyReply, xmlReply, type Reply } from './reply.ts';
import { s3Error } from './s3-error.ts';
import type { S3Request } from './s3-request.ts';
import { childrenNamed, childText } from './xml.ts';

const MAX_KEYS = 1000;

/** DeleteObject: what is not there is deleted too. */
export function deleteObject(context: S3Context, request: S3Request, bucketName: string, key: string): Reply {
  const object = context.store.bucket(bucketName).objects.get(key);
  if (object !== undefined || request.header('if-match') !== undefined) checkWrite(request, object);
  remove(context, bucketName, [key]);
  return emptyReply(204);
}

/** DeleteObjects: up to a thousand at once. */
export async function deleteObjects(context: S3Context, request: S3Request, bucketName: string): Promise<Reply> {
  const root = await readXmlBody(request);
  const keys = childrenNamed(root, 'Object').map((one) => childText(one, 'Key') ?? '');
  if (root.name !== 'Delete' || keys.length === 0 || keys.length > MAX_KEYS || keys.includes('')) {
    throw s3Error('MalformedXML', `Delete must name 1 to ${MAX_KEYS} objects by their keys`);
  }
  remove(context, bucketName, keys);
  const quiet = childText(root, 'Quiet') === 'true';
  return xmlReply('DeleteResult', { Deleted: quiet ? [] : keys.map((Key) => ({ Key })) });
}

function remove(context: S3Context, bucketName: string, keys: readonly string[]): void {
  const { objects } = context.store.bucket(bucketName);
  const blobs = keys.flatMap((key) => objects.get(key)?.blob ?? []);
  if (blobs.length === 0) return;
  context.commit({ op: 'delete', bucket: bucketName, keys: [...keys] });
  context.discard(...blobs);
}
