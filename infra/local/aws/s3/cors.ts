import type { IncomingMessage } from 'node:http';
import type { Bucket } from './store.ts';
import { childrenNamed, childText, parseXml, type XmlElement } from './xml.ts';

const LOOPBACK = /^http:\/\/(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?$/;
const EXPOSED = 'etag, content-length, content-range, content-disposition, x-amz-request-id';

/**
 * The CORS headers of an answer. Pages on this machine may fetch what they have a link for, as they could with `<img>`; other
 * origins as the bucket's CORS configuration says. `undefined` when the origin may not.
 */
export function corsHeaders(request: IncomingMessage, bucket: Bucket | undefined): Readonly<Record<string, string>> | undefined {
  const { origin } = request.headers;
  if (origin === undefined) return undefined;
  const wanted = request.headers['access-control-request-headers'];
  const method = request.headers['access-control-request-method'] ?? request.method ?? 'GET';
  const rule = LOOPBACK.test(origin) ? undefined : findRule(bucket, origin, method);
  if (rule === undefined && !LOOPBACK.test(origin)) return undefined;
  return {
    'access-control-allow-origin': origin,
    'access-control-allow-methods': rule === undefined ? 'GET, HEAD, PUT, POST, DELETE' : texts(rule, 'AllowedMethod').join(', '),
    'access-control-expose-headers': rule === undefined ? EXPOSED : texts(rule, 'ExposeHeader').join(', '),
    'access-control-max-age': rule === undefined ? '600' : (childText(rule, 'MaxAgeSeconds') ?? '0'),
    ...(wanted !== undefined && { 'access-control-allow-headers': wanted }),
    vary: 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method',
  };
}

function findRule(bucket: Bucket | undefined, origin: string, method: string): XmlElement | undefined {
  const xml = bucket?.settings.get('cors');
  if (xml === undefined) return undefined;
  return childrenNamed(parseXml(xml), 'CORSRule').find(
    (rule) => texts(rule, 'AllowedOrigin').some((allowed) => matchesWildcard(origin, allowed)) && texts(rule, 'AllowedMethod').includes(method),
  );
}

function matchesWildcard(text: string, pattern: string): boolean {
  const [start = '', end] = pattern.split('*');
  return end === undefined ? text === start : text.startsWith(start) && text.endsWith(end) && text.length >= start.length + end.length;
}

function texts(rule: XmlElement, name: string): readonly string[] {
  return childrenNamed(rule, name).map(({ text }) => text);
}
