/** The AWS JSON 1.0 protocol, which SQS and DynamoDB speak: https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { AwsError } from './aws-error.ts';
import { Deliveries } from './deliveries.ts';
import { readBody } from './read-body.ts';
import { checkSignature, readSignature, sha256, type Credentials } from './sigv4.ts';

/** One request, as an operation sees it. */
export interface Call {
  /** Host and port by which the client reached us. */
  readonly host: string;
  /** Aborted when the client has gone before its answer. */
  readonly gone: AbortSignal;
  /** Runs when the answer did not reach the client. */
  onUndelivered(undo: () => void): void;
}

export type Operation = (input: unknown, call: Call) => unknown;

export interface AwsJsonOptions {
  readonly operations: ReadonlyMap<string, Operation>;
  readonly credentials: Credentials;
  readonly maxBodyBytes: number;
  /** Resolves when what was answered from is on disk. */
  readonly settled: () => Promise<void>;
  /** Names the error in the service's namespace, and the headers it goes with. */
  readonly describeError: (error: AwsError) => { readonly type: string; readonly headers?: Readonly<Record<string, string>> };
  /** Turns what is wrong with a signature into the service's own error. */
  readonly refuse: (error: unknown) => AwsError | undefined;
  readonly now: () => number;
}

/** Serves operations by name, from the X-Amz-Target header. No answer leaves before what it says is on disk. */
export function serveAwsJson(options: AwsJsonOptions): RequestListener {
  const deliveries = new Deliveries();
  return (request, response) => {
    const { socket } = request;
    deliveries.confirm(socket);
    const gone = watchForGoing(request, response);
    const undo: (() => void)[] = [];
    const lose = (): void => {
      for (const step of undo.splice(0)) step();
    };
    const answer = async (): Promise<void> => {
      const body = await readBody(request, options.maxBodyBytes);
      authenticate(request, body, options);
      const operation = findOperation(request, options);
      const call: Call = { host: request.headers.host ?? '', gone, onUndelivered: (step) => void undo.push(step) };
      const output = await operation(parseJson(body), call);
      await options.settled();
      // One more round of the sockets that are ready: a hang-up that has arrived meanwhile is seen.
      await new Promise(setImmediate);
      if (gone.aborted) return lose();
      if (undo.length > 0) deliveries.watch(socket, lose);
      send(response, 200, output);
    };
    answer().catch((error: unknown) => {
      if (gone.aborted) return;
      const known = error instanceof AwsError ? error : (options.refuse(error) ?? unexpected(error));
      const { type, headers } = options.describeError(known);
      send(response, known.status, { __type: type, message: known.message, ...known.details }, headers);
    });
  };
}

function send(response: ServerResponse, status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): void {
  const text = JSON.stringify(body ?? {});
  response.writeHead(status, {
    'content-type': 'application/x-amz-json-1.0',
    'content-length': Buffer.byteLength(text),
    'x-amzn-requestid': randomUUID(),
    ...headers,
  });
  response.end(text);
}

/** A client that hangs up while it waits must be noticed before it is given anything: its FIN comes ahead of 'close'. */
function watchForGoing(request: IncomingMessage, response: ServerResponse): AbortSignal {
  const controller = new AbortController();
  const leave = (): void => controller.abort();
  // Kept, since the request forgets its socket when that is destroyed.
  const { socket } = request;
  socket.once('end', leave);
  response.once('close', () => {
    socket.off('end', leave);
    leave();
  });
  return controller.signal;
}

function authenticate(request: IncomingMessage, body: Buffer, { credentials, now }: AwsJsonOptions): void {
  const signed = { method: request.method ?? '', url: request.url ?? '/', headers: request.headers };
  const signature = readSignature(signed);
  if (signature === undefined) throw new AwsError('MissingAuthenticationToken', 'Request is missing Authentication Token', 403);
  checkSignature(signed, signature, sha256(body), credentials, now());
}

function findOperation(request: IncomingMessage, { operations }: AwsJsonOptions): Operation {
  const target = request.headers['x-amz-target'];
  const name = typeof target === 'string' ? target.slice(target.indexOf('.') + 1) : '';
  const operation = operations.get(name);
  if (operation === undefined) throw new AwsError('UnknownOperationException', `the local service has no operation ${JSON.stringify(name)}`);
  return operation;
}

function parseJson(body: Buffer): unknown {
  if (body.length === 0) return {};
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw new AwsError('SerializationException', 'the body is not JSON');
  }
}

/** Ours to mend: the client is told as a service would, the developer on stderr. */
function unexpected(error: unknown): AwsError {
  console.error(error);
  return new AwsError('InternalFailure', 'the local service failed: see its output', 500);
}
