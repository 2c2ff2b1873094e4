import { readTextBody } from './body-xml.ts';
import type { S3Context } from './context.ts';
import { emptyReply, type Reply } from './reply.ts';
import { s3Error } from './s3-error.ts';
import type { S3Request } from './s3-request.ts';
import { parseXml, writeXml } from './xml.ts';

interface Setting {
  /** The root element that a client must send; a policy is JSON and has none. */
  readonly root?: string;
  /** What S3 says when nothing is set. */
  readonly missing: string | { readonly code: string; readonly message: string };
}

const ENCRYPTED = writeXml('ServerSideEncryptionConfiguration', {
  Rule: { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' }, BucketKeyEnabled: false },
});

/** Settings by subresource. They are kept and given back; of them all only CORS has an effect here. */
const SETTINGS: Readonly<Record<string, Setting>> = {
  cors: { root: 'CORSConfiguration', missing: { code: 'NoSuchCORSConfiguration', message: 'The CORS configuration does not exist' } },
  encryption: { root: 'ServerSideEncryptionConfiguration', missing: ENCRYPTED },
  lifecycle: { root: 'LifecycleConfiguration', missing: { code: 'NoSuchLifecycleConfiguration', message: 'The lifecycle configuration does not exist' } },
  notification: { root: 'NotificationConfiguration', missing: writeXml('NotificationConfiguration', {}) },
  ownershipControls: { root: 'OwnershipControls', missing: { code: 'OwnershipControlsNotFoundError', message: 'The bucket ownership controls were not found' } },
  policy: { missing: { code: 'NoSuchBucketPolicy', message: 'The bucket policy does not exist' } },
  publicAccessBlock: {
    root: 'PublicAccessBlockConfiguration',
    missing: { code: 'NoSuchPublicAccessBlockConfiguration', message: 'The public access block configuration was not found' },
  },
  tagging: { root: 'Tagging', missing: { code: 'NoSuchTagSet', message: 'The TagSet does not exist' } },
  versioning: { root: 'VersioningConfiguration', missing: writeXml('VersioningConfiguration', {}) },
};

/** The setting that a request's query names, if any. */
export function settingOf(query: ReadonlyMap<string, string>): string | undefined {
  return Object.keys(SETTINGS).find((name) => query.has(name));
}

/** Reads, writes or deletes a bucket's setting. */
export async function bucketSetting({ store, commit }: S3Context, request: S3Request, bucketName: string, name: string): Promise<Reply> {
  const { settings } = store.bucket(bucketName);
  const { root, missing = '' } = SETTINGS[name] ?? {};
  if (request.method === 'PUT') {
    const text = await readTextBody(request);
    if (root !== undefined && parseXml(text).name !== root) throw s3Error('MalformedXML', `The XML you provided is not a ${root}`);
    store.bucket(bucketName);
    commit({ op: 'setting', bucket: bucketName, name, xml: text });
    return emptyReply(name === 'policy' ? 204 : 200);
  }
  if (request.method === 'DELETE') {
    if (settings.has(name)) commit({ op: 'setting', bucket: bucketName, name, xml: null });
    return emptyReply(204);
  }
  const kept = settings.get(name) ?? (typeof missing === 'string' ? missing : undefined);
  if (kept === undefined && typeof missing !== 'string') throw s3Error(missing.code, missing.message, { BucketName: bucketName });
  return { status: 200, headers: { 'content-type': root === undefined ? 'application/json' : 'application/xml' }, body: kept ?? '' };
}
