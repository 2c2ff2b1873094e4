import { createHash, randomUUID } from 'node:crypto';
import { readXmlBody } from './body-xml.ts';
import { parseRange } from './byte-range.ts';
import { CHECKSUM_ALGORITHMS, startChecksum, type ChecksumAlgorithm } from './checksum.ts';
import type { S3Context } from './context.ts';
import { checkArrived, checksumHeaders, keptHeaders, metadata, tagsOfHeader, wantedAlgorithms } from './object-input.ts';
import { checkWrite } from './preconditions.ts';
import { emptyReply, xmlReply, type Reply } from './reply.ts';
import { s3Error } from './s3-error.ts';
import type { S3Request } from './s3-request.ts';
import type { Part, StoredObject, Upload } from './store.ts';
import { checksumFields, findSource, keepOrDiscard } from './write-object.ts';
import { childrenNamed, childText, type XmlElement } from './xml.ts';

const MAX_PART_NUMBER = 10_000;

/** CreateMultipartUpload. Parts of any size are taken, where S3 wants 5 MiB of all but the last. */
export function startUpload({ store, commit, now }: S3Context, request: S3Request, bucketName: string, key: string): Reply {
  store.bucket(bucketName);
  const uploadId = randomUUID().replaceAll('-', '');
  // S3's own choice, when the client makes none.
  const checksumAlgorithm = request.header('x-amz-checksum-algorithm') ?? 'CRC64NVME';
  const checksumType = request.header('x-amz-checksum-type') ?? (checksumAlgorithm === 'CRC64NVME' ? 'FULL_OBJECT' : 'COMPOSITE');
  const upload = { key, startedAt: now(), headers: keptHeaders(request), metadata: metadata(request), tags: tagsOfHeader(request), checksumAlgorithm, checksumType };
  commit({ op: 'start-upload', bucket: bucketName, uploadId, upload });
  const headers = { 'x-amz-checksum-algorithm': checksumAlgorithm, 'x-amz-checksum-type': checksumType };
  return xmlReply('InitiateMultipartUploadResult', { Bucket: bucketName, Key: key, UploadId: uploadId }, headers);
}

/** UploadPart, and UploadPartCopy when the request names a source. */
export async function uploadPart(context: S3Context, request: S3Request, bucketName: string, key: string): Promise<Reply> {
  const { blobs, commit, discard, now } = context;
  const upload = findUpload(context, request, bucketName, key);
  const number = Number(request.query.get('partNumber'));
  if (!Number.isInteger(number) || number < 1 || number > MAX_PART_NUMBER) {
    throw s3Error('InvalidArgument', `Part number must be an integer between 1 and ${MAX_PART_NUMBER}, inclusive`);
  }
  const isCopy = request.header('x-amz-copy-source') !== undefined;
  const algorithms = wantedAlgorithms(request, CHECKSUM_ALGORITHMS.filter((algorithm) => algorithm === upload.checksumAlgorithm));
  const stream = isCopy ? await openSource(context, request) : request.body.stream;
  const blob = await blobs.write(stream, { algorithms, sha256: request.body.promisedSha256 !== undefined });
  const part: Part = { blob: blob.name, size: blob.size, etag: blob.md5, modifiedAt: now(), checksums: Object.fromEntries(blob.checksums) };
  keepOrDiscard(context, blob, () => {
    if (!isCopy) checkArrived(request, blob);
    const replaced = findUpload(context, request, bucketName, key).parts.get(number);
    commit({ op: 'part', bucket: bucketName, uploadId: request.query.get('uploadId') ?? '', number, part });
    if (replaced !== undefined) discard(replaced.blob);
  });
  if (!isCopy) return emptyReply(200, { etag: `"${part.etag}"`, ...checksumHeaders(part.checksums, 'FULL_OBJECT') });
  return xmlReply('CopyPartResult', { LastModified: new Date(part.modifiedAt).toISOString(), ETag: `"${part.etag}"` });
}

/** CompleteMultipartUpload: the listed parts, in order, become the object. */
export async function completeUpload(context: S3Context, request: S3Request, bucketName: string, key: string): Promise<Reply> {
  const { store, blobs, commit, discard, now } = context;
  const uploadId = request.query.get('uploadId') ?? '';
  const parts = chosenParts(await readXmlBody(request), findUpload(context, request, bucketName, key));
  const upload = findUpload(context, request, bucketName, key);
  const algorithm = CHECKSUM_ALGORITHMS.find((one) => one === upload.checksumAlgorithm);
  const isFull = upload.checksumType === 'FULL_OBJECT';
  const blob = await blobs.write(blobs.readAll(parts.map((part) => part.blob)), { algorithms: algorithm !== undefined && isFull ? [algorithm] : [] });
  const digests = createHash('md5');
  for (const { etag } of parts) digests.update(Buffer.from(etag, 'hex'));
  const object: StoredObject = {
    blob: blob.name,
    size: blob.size,
    etag: `${digests.digest('hex')}-${parts.length}`,
    modifiedAt: now(),
    headers: upload.headers,
    metadata: upload.metadata,
    tags: upload.tags,
    checksums: isFull ? Object.fromEntries(blob.checksums) : compositeChecksum(algorithm, parts),
    checksumType: isFull ? 'FULL_OBJECT' : 'COMPOSITE',
    partSizes: parts.map(({ size }) => size),
  };
  keepOrDiscard(context, blob, () => {
    // Another completion or an abort may have come first.
    const { parts: all } = findUpload(context, request, bucketName, key);
    const current = store.bucket(bucketName).objects.get(key);
    checkWrite(request, current);
    commit({ op: 'complete-upload', bucket: bucketName, uploadId, key, object });
    discard(...Array.from(all.values(), (part) => part.blob), ...(current === undefined ? [] : [current.blob]));
  });
  const location = `http://${request.header('host') ?? ''}/${bucketName}/${key}`;
  return xmlReply('CompleteMultipartUploadResult', { Location: location, Bucket: bucketName, Key: key, ETag: `"${object.etag}"`, ...checksumFields(object) });
}

/** AbortMultipartUpload. */
export function abortUpload(context: S3Context, request: S3Request, bucketName: string, key: string): Reply {
  const { parts } = findUpload(context, request, bucketName, key);
  context.commit({ op: 'end-upload', bucket: bucketName, uploadId: request.query.get('uploadId') ?? '' });
  context.discard(...Array.from(parts.values(), ({ blob }) => blob));
  return emptyReply(204);
}

/** The upload that a request names. Throws NoSuchUpload. */
export function findUpload({ store }: S3Context, { query }: S3Request, bucketName: string, key: string): Upload {
  const upload = store.bucket(bucketName).uploads.get(query.get('uploadId') ?? '');
  if (upload?.key === key) return upload;
  throw s3Error('NoSuchUpload', 'The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.');
}

async function openSource(context: S3Context, request: S3Request): Promise<AsyncIterable<Buffer>> {
  const { source } = findSource(context, request);
  return context.blobs.read(source.blob, parseRange(request.header('x-amz-copy-source-range'), source.size));
}

function chosenParts(root: XmlElement, { parts }: Upload): readonly Part[] {
  const asked = childrenNamed(root, 'Part');
  if (root.name !== 'CompleteMultipartUpload' || asked.length === 0) throw s3Error('MalformedXML', 'You must specify at least one part');
  const numbers = asked.map((one) => Number(childText(one, 'PartNumber')));
  if (numbers.some((number, i) => i > 0 && number <= (numbers[i - 1] ?? 0))) {
    throw s3Error('InvalidPartOrder', 'The list of parts was not in ascending order. Parts must be ordered by part number.');
  }
  return asked.map((one, i) => {
    const part = parts.get(numbers[i] ?? 0);
    const sameTag = part?.etag === childText(one, 'ETag')?.replaceAll('"', '');
    const sameChecksums = CHECKSUM_ALGORITHMS.every((algorithm) => {
      const claimed = childText(one, `Checksum${algorithm}`);
      return claimed === undefined || claimed === part?.checksums[algorithm];
    });
    if (part !== undefined && sameTag && sameChecksums) return part;
    throw s3Error('InvalidPart', 'One or more of the specified parts could not be found, or its entity tag or checksum did not match.');
  });
}

/** The checksum of the parts' checksums, and how many there are: `…-3`. */
function compositeChecksum(algorithm: ChecksumAlgorithm | undefined, parts: readonly Part[]): Record<string, string> {
  if (algorithm === undefined) return {};
  const checksum = startChecksum(algorithm);
  for (const part of parts) checksum.update(Buffer.from(part.checksums[algorithm] ?? '', 'base64'));
  return { [algorithm]: `${checksum.digest()}-${parts.length}` };
}
