/**
 * Verifies AWS Signature Version 4, in the Authorization header and in the query (presigned).
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

export interface SignedRequest {
  readonly method: string;
  /** Path and query as they came over the wire. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
}

/** What a request claims, not yet checked. */
export interface Signature {
  readonly where: 'header' | 'query';
  readonly accessKeyId: string;
  /** `20260131/eu-west-1/s3/aws4_request` */
  readonly scope: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  /** `20260131T120000Z` */
  readonly amzDate: string;
  /** Presigned only: how long the link is good for. */
  readonly expiresInSeconds?: number;
}

type Reason = 'malformed' | 'unknown-key' | 'wrong-signature' | 'expired' | 'skewed' | 'unsigned-header';

/** The request is not from who it says, or was changed, or is too old. */
export class SignatureRefused extends Error {
  override readonly name = 'SignatureRefused';
  constructor(
    readonly reason: Reason,
    message: string,
  ) {
    super(message);
  }
}

const ALGORITHM = 'AWS4-HMAC-SHA256';
const MAX_SKEW_MS = 15 * 60 * 1000;
const MAX_EXPIRY_SECONDS = 7 * 24 * 3600;

/** Finds the signature of a request; `undefined` when it carries none. Throws `SignatureRefused` when it cannot be read. */
export function readSignature({ url, headers }: SignedRequest): Signature | undefined {
  const query = new Map(queryPairs(url));
  if (query.has('X-Amz-Algorithm')) {
    const expires = Number(query.get('X-Amz-Expires'));
    if (!Number.isInteger(expires) || expires < 1 || expires > MAX_EXPIRY_SECONDS) {
      throw new SignatureRefused('malformed', 'X-Amz-Expires must be a number of seconds from 1 to 604800');
    }
    return {
      where: 'query',
      ...parseCredential(query.get('X-Amz-Credential')),
      signedHeaders: (query.get('X-Amz-SignedHeaders') ?? '').split(';'),
      signature: query.get('X-Amz-Signature') ?? '',
      amzDate: query.get('X-Amz-Date') ?? '',
      expiresInSeconds: expires,
    };
  }
  const { authorization } = headers;
  if (authorization === undefined) return undefined;
  if (!authorization.startsWith(`${ALGORITHM} `)) {
    throw new SignatureRefused('malformed', `the Authorization header must use ${ALGORITHM}`);
  }
  const fields = new Map(
    authorization
      .slice(ALGORITHM.length)
      .split(',')
      .map((field) => {
        const [name = '', ...value] = field.trim().split('=');
        return [name, value.join('=')];
      }),
  );
  return {
    where: 'header',
    ...parseCredential(fields.get('Credential')),
    signedHeaders: (fields.get('SignedHeaders') ?? '').split(';'),
    signature: fields.get('Signature') ?? '',
    amzDate: headerValue(headers['x-amz-date']),
  };
}

/**
 * Checks a claimed signature against the one secret there is and returns the signing key, with which signed chunks go on.
 * `payloadHash` is the hex SHA-256 of the body, or the word the protocol puts in its place.
 */
export function checkSignature(
  request: SignedRequest,
  claimed: Signature,
  payloadHash: string,
  credentials: Credentials,
  now: number,
): Buffer {
  if (claimed.accessKeyId !== credentials.accessKeyId) {
    throw new SignatureRefused('unknown-key', 'The AWS Access Key Id you provided does not exist in our records.');
  }
  checkDate(claimed, now);
  if (!claimed.signedHeaders.includes('host')) throw new SignatureRefused('malformed', 'the host header must be signed');
  const unsigned = Object.keys(request.headers).find((name) => name.startsWith('x-amz-') && !claimed.signedHeaders.includes(name));
  if (unsigned !== undefined) {
    throw new SignatureRefused('unsigned-header', `There were headers present in the request which were not signed: ${unsigned}`);
  }
  const canonical = [
    request.method,
    canonicalPath(request.url),
    canonicalQuery(request.url),
    ...claimed.signedHeaders.map((name) => `${name}:${headerValue(request.headers[name]).trim().replaceAll(/\s+/g, ' ')}`),
    '',
    claimed.signedHeaders.join(';'),
    payloadHash,
  ].join('\n');
  const key = signingKey(credentials.secretAccessKey, claimed.scope);
  if (!equal(sign(key, stringToSign(claimed, ALGORITHM, sha256(canonical))), claimed.signature)) {
    throw new SignatureRefused(
      'wrong-signature',
      'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
    );
  }
  return key;
}

/** The text that is signed: what it is, when, where, and the hash of the rest. */
export function stringToSign(claimed: Signature, algorithm: string, ...rest: readonly string[]): string {
  return [algorithm, claimed.amzDate, claimed.scope, ...rest].join('\n');
}

export function sign(key: Buffer, text: string): string {
  return createHmac('sha256', key).update(text).digest('hex');
}

export function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

/** Compares in constant time. */
export function equal(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}

/** Percent-encodes as AWS does: everything but letters, digits and `-._~`. */
export function encodeRfc3986(text: string): string {
  return encodeURIComponent(text).replaceAll(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** Decodes what came over the wire; text that is not percent-encoding stays as it is. */
export function decodePercent(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The query's names and values, decoded, in the order they came. */
export function queryPairs(url: string): readonly (readonly [string, string])[] {
  const start = url.indexOf('?');
  if (start === -1 || start === url.length - 1) return [];
  return url
    .slice(start + 1)
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const [name = '', ...value] = pair.replaceAll('+', ' ').split('=');
      return [decodePercent(name), decodePercent(value.join('='))];
    });
}

function checkDate(claimed: Signature, now: number): void {
  const [, ...parts] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(claimed.amzDate) ?? [];
  if (parts.length === 0 || !claimed.scope.startsWith(`${claimed.amzDate.slice(0, 8)}/`)) {
    throw new SignatureRefused('malformed', 'X-Amz-Date must be like 20260131T120000Z and agree with the credential scope');
  }
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts.map(Number);
  const signedAt = Date.UTC(year, month - 1, day, hour, minute, second);
  const expires = claimed.expiresInSeconds;
  if (expires !== undefined && now > signedAt + expires * 1000) throw new SignatureRefused('expired', 'Request has expired');
  if (signedAt - now > MAX_SKEW_MS || (expires === undefined && now - signedAt > MAX_SKEW_MS)) {
    throw new SignatureRefused('skewed', 'The difference between the request time and the current time is too large.');
  }
}

function parseCredential(credential = ''): { accessKeyId: string; scope: string } {
  const match = /^(.+?)\/(\d{8}\/[^/]+\/[^/]+\/aws4_request)$/.exec(credential);
  if (match === null) throw new SignatureRefused('malformed', 'the credential must be like KEY/20260131/region/service/aws4_request');
  return { accessKeyId: match[1] ?? '', scope: match[2] ?? '' };
}

function signingKey(secret: string, scope: string): Buffer {
  let key = Buffer.from(`AWS4${secret}`);
  for (const part of scope.split('/')) key = createHmac('sha256', key).update(part).digest();
  return key;
}

function canonicalPath(url: string): string {
  const path = url.split('?', 1)[0] ?? '/';
  return path
    .split('/')
    .map((segment) => encodeRfc3986(decodePercent(segment)))
    .join('/');
}

function canonicalQuery(url: string): string {
  return queryPairs(url)
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => [encodeRfc3986(name), encodeRfc3986(value)] as const)
    .toSorted((a, b) => compare(a[0], b[0]) || compare(a[1], b[1]))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

function headerValue(value: string | readonly string[] | undefined): string {
  return typeof value === 'string' ? value : (value ?? []).join(',');
}
