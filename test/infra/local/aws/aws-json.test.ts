import { once } from 'node:events';
import { GetQueueUrlCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterEach, expect, test, vi } from 'vitest';
import { serveAwsJson, type Call, type Operation } from '../../../../infra/local/aws/aws-json.ts';
import { listenOnLoopback, type LoopbackServer } from '../../../../infra/local/aws/loopback-server.ts';
import { LOCAL_CREDENTIALS } from '../../../../infra/local/aws/start-local-aws.ts';
import { errorName } from './start-test-aws.ts';

let server: LoopbackServer | undefined;

afterEach(() => server?.close());

async function serve(operation: Operation, settled: () => Promise<void> = async () => undefined): Promise<SQSClient> {
  const listener = serveAwsJson({
    operations: new Map([['ReceiveMessage', operation]]),
    credentials: LOCAL_CREDENTIALS,
    maxBodyBytes: 1000,
    settled,
    describeError: ({ code }) => ({ type: code }),
    refuse: () => undefined,
    now: Date.now,
  });
  server = await listenOnLoopback(listener, 0);
  return new SQSClient({ endpoint: server.url, region: 'us-east-1', credentials: { ...LOCAL_CREDENTIALS }, maxAttempts: 1 });
}

const receive = new ReceiveMessageCommand({ QueueUrl: 'http://127.0.0.1/1/q' });

test('an operation is undone when its client has gone before the answer', async () => {
  const undo = vi.fn();
  let started: (call: Call) => void = () => undefined;
  const running = new Promise<Call>((resolve) => {
    started = resolve;
  });
  const client = await serve(async (_input, call) => {
    started(call);
    if (!call.gone.aborted) await once(call.gone, 'abort');
    call.onUndelivered(undo);
    return {};
  });
  const abort = new AbortController();
  const sent = errorName(client.send(receive, { abortSignal: abort.signal }));
  await running;
  abort.abort();
  expect(await sent).toBe('AbortError');
  await vi.waitFor(() => expect(undo).toHaveBeenCalledOnce());
});

test('an operation whose answer arrived is not undone', async () => {
  const undo = vi.fn();
  const client = await serve((_input, call) => {
    call.onUndelivered(undo);
    return {};
  });
  await client.send(receive);
  client.destroy();
  await server?.close();
  expect(undo).not.toHaveBeenCalled();
});

test('no answer leaves before what it says is on disk, and a disk that fails is told', async () => {
  const steps: string[] = [];
  const slow = await serve(
    () => ({}),
    async () => void steps.push('on disk'),
  );
  await slow.send(receive);
  steps.push('answered');
  expect(steps).toEqual(['on disk', 'answered']);
  await server?.close();
  const silenced = vi.spyOn(console, 'error').mockReturnValue();
  const broken = await serve(
    () => ({}),
    () => Promise.reject(new Error('no space left on device')),
  );
  expect(await errorName(broken.send(receive))).toBe('InternalFailure');
  expect(silenced).toHaveBeenCalled();
  silenced.mockRestore();
});

test('an operation that is not there, or a body that is too long, is refused', async () => {
  const client = await serve(() => ({}));
  expect(await errorName(client.send(new GetQueueUrlCommand({ QueueName: 'q' })))).toBe('UnknownOperationException');
  expect(await errorName(client.send(new ReceiveMessageCommand({ QueueUrl: 'x'.repeat(2000) })))).toBe('RequestEntityTooLarge');
});
