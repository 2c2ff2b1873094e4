import type { Readable } from 'node:stream';
import { writeXml, type XmlContent } from './xml.ts';

/** An answer before it is written. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | number>>;
  readonly body?: string | Readable;
}

export function xmlReply(root: string, content: XmlContent, headers: Reply['headers'] = {}): Reply {
  return { status: 200, headers: { 'content-type': 'application/xml', ...headers }, body: writeXml(root, content) };
}

export function emptyReply(status = 200, headers: Reply['headers'] = {}): Reply {
  return { status, headers };
}
