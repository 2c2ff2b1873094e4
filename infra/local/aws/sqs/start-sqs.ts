import { join } from 'node:path';
import { AwsError } from '../aws-error.ts';
import { serveAwsJson, type Operation } from '../aws-json.ts';
import { Journal } from '../journal.ts';
import { listenOnLoopback, type LoopbackServer } from '../loopback-server.ts';
import type { ServiceOptions } from '../service-options.ts';
import { SignatureRefused } from '../sigv4.ts';
import { Broker } from './broker.ts';
import { MessageOperations } from './message-operations.ts';
import { MoveTasks } from './move-tasks.ts';
import { QueueOperations } from './queue-operations.ts';
import { parseEntry, Queues, type Entry } from './queues.ts';
import { describeSqsError } from './sqs-error.ts';

const ACCOUNT_ID = '000000000000';
const MAX_BODY_BYTES = 16 * 1024 * 1024;

/** SQS on loopback: queues in memory, kept by a journal in the data folder. */
export async function startSqs({ dataDir, port, credentials, now, region }: ServiceOptions): Promise<LoopbackServer> {
  const queues = new Queues();
  const journal = await Journal.open({ file: join(dataDir, 'sqs.journal'), state: queues, parse: parseEntry });
  const commit = (entry: Entry): void => journal.commit(entry);
  const arnOf = (name: string): string => `arn:aws:sqs:${region}:${ACCOUNT_ID}:${name}`;
  const broker = new Broker({ queues, commit, now, arnOf });
  const moves = new MoveTasks(queues, broker, commit, now);
  const messages = new MessageOperations(queues, broker, ACCOUNT_ID);
  const ofQueues = new QueueOperations({ queues, broker, moves, commit, now, arnOf, accountId: ACCOUNT_ID });
  const server = await listenOnLoopback(
    serveAwsJson({
      operations: operations(messages, ofQueues),
      credentials,
      maxBodyBytes: MAX_BODY_BYTES,
      settled: () => journal.settled(),
      describeError: describeSqsError,
      refuse: refuseSignature,
      now,
    }),
    port,
  ).catch(async (error: unknown) => {
    await journal.close();
    throw error;
  });
  for (const name of queues.byName.keys()) broker.wake(name);
  moves.resume();
  return {
    url: server.url,
    close: async () => {
      moves.close();
      broker.close();
      await server.close();
      await journal.close();
    },
  };
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_Operations.html */
function operations(messages: MessageOperations, queues: QueueOperations): ReadonlyMap<string, Operation> {
  return new Map<string, Operation>([
    ['SendMessage', (input) => messages.send(input)],
    ['SendMessageBatch', (input) => messages.sendBatch(input)],
    ['ReceiveMessage', (input, call) => messages.receive(input, call)],
    ['DeleteMessage', (input) => messages.delete(input)],
    ['DeleteMessageBatch', (input) => messages.deleteBatch(input)],
    ['ChangeMessageVisibility', (input) => messages.changeVisibility(input)],
    ['ChangeMessageVisibilityBatch', (input) => messages.changeVisibilityBatch(input)],
    ['CreateQueue', (input, call) => queues.create(input, call)],
    ['DeleteQueue', (input) => queues.delete(input)],
    ['GetQueueUrl', (input, call) => queues.getUrl(input, call)],
    ['ListQueues', (input, call) => queues.list(input, call)],
    ['ListDeadLetterSourceQueues', (input, call) => queues.listDeadLetterSources(input, call)],
    ['GetQueueAttributes', (input) => queues.getAttributes(input)],
    ['SetQueueAttributes', (input) => queues.setAttributes(input)],
    ['PurgeQueue', (input) => queues.purge(input)],
    ['TagQueue', (input) => queues.tag(input)],
    ['UntagQueue', (input) => queues.untag(input)],
    ['ListQueueTags', (input) => queues.listTags(input)],
    ['StartMessageMoveTask', (input) => queues.startMove(input)],
    ['ListMessageMoveTasks', (input) => queues.listMoves(input)],
    ['CancelMessageMoveTask', (input) => queues.cancelMove(input)],
  ]);
}

function refuseSignature(error: unknown): AwsError | undefined {
  if (!(error instanceof SignatureRefused)) return undefined;
  const code = error.reason === 'unknown-key' ? 'InvalidClientTokenId' : 'SignatureDoesNotMatch';
  return new AwsError(code, error.message, 403);
}
