import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { AwsError } from '../aws-error.ts';
import { Journal } from '../journal.ts';
import { listenOnLoopback, type LoopbackServer } from '../loopback-server.ts';
import type { ServiceOptions } from '../service-options.ts';
import { Blobs } from './blobs.ts';
import type { S3Context } from './context.ts';
import { corsHeaders } from './cors.ts';
import type { Reply } from './reply.ts';
import { route } from './route.ts';
import { s3Error } from './s3-error.ts';
import { locate, readS3Request } from './s3-request.ts';
import { parseEntry, Store, type Bucket } from './store.ts';
import { writeXml } from './xml.ts';

/** S3 on loopback: bytes in files, everything else in memory, kept by a journal in the data folder. */
export async function startS3({ dataDir, port, credentials, region, now }: ServiceOptions): Promise<LoopbackServer> {
  await mkdir(dataDir, { recursive: true });
  const store = new Store();
  const journal = await Journal.open({ file: join(dataDir, 's3.journal'), state: store, parse: parseEntry });
  const blobs = await Blobs.open(join(dataDir, 'blobs'), store.blobs());
  const discard = (...names: readonly string[]): void => {
    // What cannot be removed now is removed at the next start.
    void journal.settled().then(() => blobs.remove(...names)).catch(() => undefined);
  };
  const context: S3Context = { store, blobs, commit: (entry) => journal.commit(entry), discard, now, region };
  const server = await listenOnLoopback((request, response) => {
    const answer = async (): Promise<Reply> => {
      if (request.method === 'OPTIONS') return preflight(request, store);
      const reply = await route(context, readS3Request(request, credentials, now()));
      await journal.settled();
      return reply;
    };
    answer()
      .catch((error: unknown) => errorReply(error, request))
      .then((reply) => send(response, { ...reply, headers: { ...reply.headers, ...corsHeaders(request, bucketOf(request, store)) } }))
      // The client has gone in the middle of the answer: there is nobody left to tell.
      .catch(() => response.destroy());
  }, port).catch(async (error: unknown) => {
    await journal.close();
    throw error;
  });
  return {
    url: server.url,
    close: async () => {
      await server.close();
      await journal.close();
    },
  };
}

function preflight(request: IncomingMessage, store: Store): Reply {
  if (corsHeaders(request, bucketOf(request, store)) !== undefined) return { status: 200, headers: {} };
  throw s3Error('AccessDenied', 'CORSResponse: This CORS request is not allowed.');
}

function bucketOf(request: IncomingMessage, store: Store): Bucket | undefined {
  return store.buckets.get(locate(request).bucket ?? '');
}

async function send(response: ServerResponse, { status, headers, body }: Reply): Promise<void> {
  response.writeHead(status, { 'x-amz-request-id': randomUUID(), ...(typeof body === 'string' && { 'content-length': Buffer.byteLength(body) }), ...headers });
  if (body === undefined || typeof body === 'string') response.end(body);
  else await pipeline(body, response);
}

function errorReply(error: unknown, request: IncomingMessage): Reply {
  if (!(error instanceof AwsError)) console.error(error);
  const { code, message, status, details } = error instanceof AwsError ? error : s3Error('InternalError', 'the local S3 failed: see its output');
  const headers = { 'content-type': 'application/xml' };
  const extra = Object.fromEntries(Object.entries(details).map(([name, value]) => [name, String(value)]));
  if (status === 304) return { status, headers: extra };
  if (request.method === 'HEAD') return { status, headers: {} };
  return { status, headers, body: writeXml('Error', { Code: code, Message: message, ...extra, RequestId: randomUUID() }).replace(/ xmlns="[^"]*"/, '') };
}
