import type { IncomingMessage } from 'node:http';
import { checkSignature, decodePercent, queryPairs, readSignature, SignatureRefused, type Credentials } from '../sigv4.ts';
import { decodeAwsChunked, type ChunkSigning } from './aws-chunked.ts';
import { s3Error, signatureError } from './s3-error.ts';

/** A request that has been read and whose signature is good. */
export interface S3Request {
  readonly method: string;
  /** `undefined` for the service itself. */
  readonly bucket: string | undefined;
  /** `undefined` for a bucket as a whole. */
  readonly key: string | undefined;
  readonly query: ReadonlyMap<string, string>;
  /** Lower-case names; what a presigned link carries in its query counts as sent. */
  header(name: string): string | undefined;
  /** The names of all headers that begin with a prefix. */
  headersWith(prefix: string): readonly (readonly [name: string, value: string])[];
  readonly body: S3Body;
}

export interface S3Body {
  /** Data without framing. Read once. */
  readonly stream: AsyncIterable<Buffer>;
  /** Trailers by lower-case name; complete when the stream has ended. */
  readonly trailers: ReadonlyMap<string, string>;
  /** The hex SHA-256 that the signature promises, if it does. */
  readonly promisedSha256: string | undefined;
  /** Length without framing, if the client has said it. */
  readonly length: number | undefined;
}

/** Where a path or a virtual host points. */
export function locate(request: IncomingMessage): Pick<S3Request, 'bucket' | 'key'> {
  const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
  const virtual = /^(?!s3\.)(?<bucket>[a-z0-9][a-z0-9.-]+)\.(?:s3[.-].*|s3\.localhost|localhost)(?::\d+)?$/.exec(request.headers.host ?? '')?.groups?.['bucket'];
  const [first = '', ...rest] = path.slice(1).split('/');
  const bucket = virtual ?? (first === '' ? undefined : decodePercent(first));
  const key = decodePercent(virtual === undefined ? rest.join('/') : path.slice(1));
  return { bucket, key: key === '' ? undefined : key };
}

/** Reads a request and verifies who sent it. Throws S3's errors for wrong, missing and expired signatures. */
export function readS3Request(request: IncomingMessage, credentials: Credentials, now: number): S3Request {
  const { url = '/', method = 'GET', headers } = request;
  const query = new Map(queryPairs(url));
  const { payload, signing } = authenticate(request, credentials, now);
  const fromQuery = new Map(Array.from(query, ([name, value]) => [name.toLowerCase(), value] as const).filter(([name]) => isHoisted(name)));
  const header = (name: string): string | undefined => {
    const value = headers[name];
    return typeof value === 'string' ? value : (value?.join(',') ?? fromQuery.get(name));
  };
  const trailers = new Map<string, string>();
  const isChunked = payload.startsWith('STREAMING-') || /\baws-chunked\b/.test(headers['content-encoding'] ?? '');
  const length = isChunked ? headers['x-amz-decoded-content-length'] : headers['content-length'];
  return {
    method,
    ...locate(request),
    query,
    header,
    headersWith: (prefix) =>
      [...new Set([...Object.keys(headers), ...fromQuery.keys()])]
        .filter((name) => name.startsWith(prefix))
        .map((name) => [name, header(name) ?? ''] as const),
    body: {
      stream: isChunked ? decodeAwsChunked(request, trailers, signing) : request,
      trailers,
      promisedSha256: /^[\da-f]{64}$/.test(payload) ? payload : undefined,
      length: typeof length === 'string' ? Number(length) : undefined,
    },
  };
}

/**
 * Presigned links carry headers in their query. Not checksums: the JavaScript client signs the one of an empty body into every
 * link for an upload, and S3 ignores it there.
 */
function isHoisted(name: string): boolean {
  const isSignature = ['algorithm', 'credential', 'date', 'expires', 'signature', 'signedheaders', 'content-sha256', 'security-token'];
  return name.startsWith('x-amz-') && !name.startsWith('x-amz-checksum-') && !isSignature.includes(name.slice('x-amz-'.length));
}

function authenticate(request: IncomingMessage, credentials: Credentials, now: number): { payload: string; signing: ChunkSigning | undefined } {
  const signed = { method: request.method ?? 'GET', url: request.url ?? '/', headers: request.headers };
  try {
    const signature = readSignature(signed);
    if (signature === undefined) throw s3Error('AccessDenied', 'Access Denied: the request is not signed');
    const hash = request.headers['x-amz-content-sha256'];
    const payload = signature.where === 'query' || typeof hash !== 'string' ? 'UNSIGNED-PAYLOAD' : hash;
    if (signature.where === 'header' && typeof hash !== 'string') throw s3Error('InvalidRequest', 'Missing required header for this request: x-amz-content-sha256');
    const key = checkSignature(signed, signature, payload, credentials, now);
    return { payload, signing: payload.startsWith('STREAMING-AWS4-HMAC-SHA256') ? { key, request: signature } : undefined };
  } catch (error) {
    throw error instanceof SignatureRefused ? signatureError(error) : error;
  }
}
