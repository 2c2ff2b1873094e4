import { createHash } from 'node:crypto';
import { sha256 } from '../sigv4.ts';
import { CHECKSUM_ALGORITHMS, checksumHeader, startChecksum } from './checksum.ts';
import { s3Error } from './s3-error.ts';
import type { S3Request } from './s3-request.ts';
import { parseXml, type XmlElement } from './xml.ts';

const MAX_BYTES = 4 * 1024 * 1024;

/** The XML that a request carries, as text. Throws when it is too long or not what its checksums promise. */
export async function readTextBody({ body, header }: S3Request): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of body.stream) {
    length += chunk.length;
    if (length > MAX_BYTES) throw s3Error('EntityTooLarge', `the body is longer than ${MAX_BYTES} bytes`);
    chunks.push(chunk);
  }
  const bytes = Buffer.concat(chunks);
  if (body.promisedSha256 !== undefined && body.promisedSha256 !== sha256(bytes)) {
    throw s3Error('XAmzContentSHA256Mismatch', "The provided 'x-amz-content-sha256' header does not match what was computed.");
  }
  const md5 = header('content-md5');
  if (md5 !== undefined && md5 !== createHash('md5').update(bytes).digest('base64')) {
    throw s3Error('BadDigest', 'The Content-MD5 you specified did not match what we received.');
  }
  for (const algorithm of CHECKSUM_ALGORITHMS) {
    const claimed = header(checksumHeader(algorithm)) ?? body.trailers.get(checksumHeader(algorithm));
    if (claimed === undefined) continue;
    const checksum = startChecksum(algorithm);
    checksum.update(bytes);
    if (checksum.digest() !== claimed) throw s3Error('BadDigest', `The ${algorithm} you specified did not match the calculated checksum.`);
  }
  return bytes.toString('utf8');
}

export async function readXmlBody(request: S3Request): Promise<XmlElement> {
  return parseXml(await readTextBody(request));
}
