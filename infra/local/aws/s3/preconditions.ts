import type { StoredObject } from './store.ts';
import { s3Error } from './s3-error.ts';
import type { S3Request } from './s3-request.ts';

type Headers = Pick<S3Request, 'header'>;

/** The conditions of a read: 304 when the client has it already, 412 when it is not what the client expects. RFC 9110, 13.2.2. */
export function checkRead(request: Headers, object: StoredObject, prefix = ''): void {
  const { etag } = object;
  const modifiedAt = Math.floor(object.modifiedAt / 1000) * 1000;
  const ifMatch = request.header(`${prefix}if-match`);
  const ifNoneMatch = request.header(`${prefix}if-none-match`);
  const ifUnmodifiedSince = date(request.header(`${prefix}if-unmodified-since`));
  const ifModifiedSince = date(request.header(`${prefix}if-modified-since`));
  // A copy refuses where a read says 304: it has nothing to fall back on.
  const same = prefix === '' ? s3Error('NotModified', 'Not Modified', { etag: `"${etag}"` }) : failed('If-None-Match');
  if (ifMatch === undefined ? ifUnmodifiedSince !== undefined && modifiedAt > ifUnmodifiedSince : !matches(ifMatch, etag)) throw failed('If-Match');
  if (ifNoneMatch !== undefined && matches(ifNoneMatch, etag)) throw same;
  if (ifNoneMatch === undefined && ifModifiedSince !== undefined && modifiedAt <= ifModifiedSince) throw same;
}

/** The conditions of a write, against what is there now. https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html */
export function checkWrite(request: Headers, current: StoredObject | undefined): void {
  const ifMatch = request.header('if-match');
  const ifNoneMatch = request.header('if-none-match');
  if (ifNoneMatch !== undefined && current !== undefined && matches(ifNoneMatch, current.etag)) throw failed('If-None-Match');
  if (ifMatch === undefined) return;
  if (current === undefined) throw s3Error('NoSuchKey', 'The specified key does not exist.');
  if (!matches(ifMatch, current.etag)) throw failed('If-Match');
}

function matches(list: string, etag: string): boolean {
  return list.split(',').some((one) => {
    const tag = one.trim().replace(/^W\//, '').replaceAll('"', '');
    return tag === '*' || tag === etag;
  });
}

function date(text: string | undefined): number | undefined {
  const at = text === undefined ? Number.NaN : Date.parse(text);
  return Number.isNaN(at) ? undefined : at;
}

function failed(condition: string): Error {
  return s3Error('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', { Condition: condition });
}
