/** What a request says about the object it writes, and whether the bytes that came are the ones that were meant. */
import { queryPairs } from '../sigv4.ts';
import type { Blob } from './blobs.ts';
import { CHECKSUM_ALGORITHMS, checksumHeader, type ChecksumAlgorithm } from './checksum.ts';
import { s3Error } from './s3-error.ts';
import type { S3Request } from './s3-request.ts';

const KEPT_HEADERS = ['content-type', 'cache-control', 'content-disposition', 'content-encoding', 'content-language', 'expires'];
const METADATA = 'x-amz-meta-';
const MAX_METADATA_BYTES = 2048;

/** The headers that come back with every read. */
export function keptHeaders(request: S3Request): Record<string, string> {
  const kept = KEPT_HEADERS.flatMap((name) => {
    const value = request.header(name);
    // The framing of the upload is not an encoding of the object.
    const own = name === 'content-encoding' ? value?.split(',').map((one) => one.trim()).filter((one) => one !== 'aws-chunked').join(',') : value;
    return own === undefined || own === '' ? [] : [[name, own] as const];
  });
  return { 'content-type': 'binary/octet-stream', ...Object.fromEntries(kept) };
}

/** User metadata by name, without the prefix. Throws MetadataTooLarge. */
export function metadata(request: S3Request): Record<string, string> {
  const entries = request.headersWith(METADATA).map(([name, value]) => [name.slice(METADATA.length), value] as const);
  if (Buffer.byteLength(entries.flat().join('')) > MAX_METADATA_BYTES) {
    throw s3Error('MetadataTooLarge', 'Your metadata headers exceed the maximum allowed metadata size');
  }
  return Object.fromEntries(entries);
}

export function tagsOfHeader(request: S3Request): Record<string, string> {
  return Object.fromEntries(queryPairs(`?${request.header('x-amz-tagging') ?? ''}`));
}

/** The checksums to compute while the bytes come in: those that the client names, or CRC64NVME, S3's own choice. */
export function wantedAlgorithms(request: S3Request, fallback: readonly ChecksumAlgorithm[] = ['CRC64NVME']): readonly ChecksumAlgorithm[] {
  const announced = (request.header('x-amz-trailer') ?? '').toLowerCase();
  const named = CHECKSUM_ALGORITHMS.filter((algorithm) => {
    const header = checksumHeader(algorithm);
    return request.header(header) !== undefined || announced.includes(header) || request.header('x-amz-sdk-checksum-algorithm') === algorithm;
  });
  return named.length > 0 ? named : fallback;
}

/** Throws BadDigest, IncompleteBody or XAmzContentSHA256Mismatch when what arrived is not what the client said it sends. */
export function checkArrived({ header, body }: S3Request, blob: Blob): void {
  if (body.length !== undefined && body.length !== blob.size) {
    throw s3Error('IncompleteBody', 'You did not provide the number of bytes specified by the Content-Length HTTP header');
  }
  if (body.promisedSha256 !== undefined && body.promisedSha256 !== blob.sha256) {
    throw s3Error('XAmzContentSHA256Mismatch', "The provided 'x-amz-content-sha256' header does not match what was computed.");
  }
  const contentMd5 = header('content-md5');
  if (contentMd5 !== undefined && contentMd5 !== Buffer.from(blob.md5, 'hex').toString('base64')) {
    throw s3Error('BadDigest', 'The Content-MD5 you specified did not match what we received.');
  }
  for (const [algorithm, actual] of blob.checksums) {
    const claimed = header(checksumHeader(algorithm)) ?? body.trailers.get(checksumHeader(algorithm));
    if (claimed !== undefined && claimed !== actual) {
      throw s3Error('BadDigest', `The ${algorithm} you specified did not match the calculated checksum.`);
    }
  }
}

/** `x-amz-checksum-crc32: …`, for answers. */
export function checksumHeaders(checksums: Readonly<Record<string, string>>, type: string): Record<string, string> {
  const headers = CHECKSUM_ALGORITHMS.flatMap((algorithm) => {
    const value = checksums[algorithm];
    return value === undefined ? [] : [[checksumHeader(algorithm), value] as const];
  });
  return headers.length === 0 ? {} : { ...Object.fromEntries(headers), 'x-amz-checksum-type': type };
}
