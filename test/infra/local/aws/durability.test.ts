import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { CreateTableCommand, QueryCommand, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand, GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { CreateQueueCommand, DeleteMessageCommand, ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { builtProcess } from '../../../built-process.ts';
import { clientsOf, type Endpoints } from './start-test-aws.ts';

const MAIN = builtProcess('infra/local/aws/main.ts');

let folder: string;
const children = new Set<ChildProcess>();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'durability-'));
});
afterEach(() => {
  for (const child of children) child.kill('SIGKILL');
  children.clear();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** The command as a person starts it, in a process of its own. */
async function startCommand(...more: readonly string[]): Promise<{ child: ChildProcess; endpoints: Endpoints; lines: string[] }> {
  const ports = ['--sqs-port', '0', '--s3-port', '0', '--dynamodb-port', '0'];
  const env = { ...process.env, AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined };
  const child = spawn(process.execPath, [MAIN, ...ports, '--data', folder, ...more], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  children.add(child);
  const lines: string[] = [];
  const urls: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    lines.push(line);
    urls.push(.../http:\/\/\S+/.exec(line) ?? []);
    if (urls.length === 3) break;
  }
  const [sqs = '', s3 = '', dynamodb = ''] = urls;
  return { child, endpoints: { sqs, s3, dynamodb }, lines };
}

async function kill(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  const exit = once(child, 'exit');
  child.kill(signal);
  await exit;
  return child.exitCode;
}

test('killed under load three times, the services lose nothing they acknowledged, and half of no transaction is there', async () => {
  const acknowledged = { messages: new Set<string>(), objects: new Set<string>(), transactions: new Set<string>() };
  // A delete that was under way at the kill may or may not have happened.
  const deleting = new Set<string>();
  const deleted = new Set<string>();
  let QueueUrl = '';
  for (let round = 0; round < 3; round += 1) {
    const { child, endpoints } = await startCommand();
    const { sqs, s3, dynamodb } = clientsOf(endpoints);
    if (round === 0) {
      ({ QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: 'jobs', Attributes: { VisibilityTimeout: '0' } })));
      await s3.send(new CreateBucketCommand({ Bucket: 'pictures' }));
      await dynamodb.send(
        new CreateTableCommand({
          TableName: 'ledger',
          BillingMode: 'PAY_PER_REQUEST',
          AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }, { AttributeName: 'sk', AttributeType: 'S' }],
          KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }, { AttributeName: 'sk', KeyType: 'RANGE' }],
        }),
      );
    }
    let count = 0;
    const write = async (n: number): Promise<void> => {
      for (let i = 0; ; i += 1) {
        const id = `${round}-${n}-${i}`;
        if (n % 3 === 0) {
          await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: id }));
          acknowledged.messages.add(id);
          // One receiver alone: SQS accepts a delete by a handle that another receive made stale, and deletes nothing.
          if (n === 0 && i % 4 === 0) {
            const { Messages: [message] = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
            if (message?.Body === undefined) continue;
            deleting.add(message.Body);
            await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message.ReceiptHandle }));
            deleted.add(message.Body);
          }
        } else if (n % 3 === 1) {
          await s3.send(new PutObjectCommand({ Bucket: 'pictures', Key: id, Body: id.repeat(500) }));
          acknowledged.objects.add(id);
        } else {
          const put = (pk: string) => ({ Put: { TableName: 'ledger', Item: { pk: { S: pk }, sk: { S: id } } } });
          await dynamodb.send(new TransactWriteItemsCommand({ TransactItems: [put('job'), put('reserve'), put('entry')] }));
          acknowledged.transactions.add(id);
        }
        count += 1;
      }
    };
    const writers = Promise.allSettled(Array.from({ length: 6 }, (_, n) => write(n)));
    await expect.poll(() => count, { timeout: 20_000, interval: 5 }).toBeGreaterThan(60);
    await kill(child, 'SIGKILL');
    await writers;
  }

  const { child, endpoints } = await startCommand();
  const { sqs, s3, dynamodb } = clientsOf(endpoints);
  const messages = new Set<string | undefined>();
  for (;;) {
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 600 }));
    if (Messages.length === 0) break;
    for (const { Body } of Messages) messages.add(Body);
  }
  expect([...acknowledged.messages].filter((id) => !messages.has(id) && !deleting.has(id))).toEqual([]);
  expect([...deleted].filter((id) => messages.has(id))).toEqual([]);

  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: 'pictures' }));
  for (const { Key = '' } of Contents) {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: 'pictures', Key }));
    expect(await Body?.transformToString()).toBe(Key.repeat(500));
  }
  const keys = new Set(Contents.map(({ Key }) => Key));
  expect([...acknowledged.objects].filter((id) => !keys.has(id))).toEqual([]);

  const [jobs, reserves, entries] = await Promise.all(
    ['job', 'reserve', 'entry'].map(async (pk) => {
      const query = new QueryCommand({ TableName: 'ledger', KeyConditionExpression: 'pk = :p', ExpressionAttributeValues: { ':p': { S: pk } } });
      return ((await dynamodb.send(query)).Items ?? []).map(({ sk }) => sk?.S);
    }),
  );
  expect(reserves).toEqual(jobs);
  expect(entries).toEqual(jobs);
  expect([...acknowledged.transactions].filter((id) => jobs?.includes(id) !== true)).toEqual([]);
  await kill(child, 'SIGKILL');
}, 90_000);

test('the command says where each service listens, keeps others off its folder, and ends cleanly on SIGTERM', async () => {
  const { child, lines } = await startCommand();
  expect(lines.slice(0, 3)).toEqual([
    expect.stringMatching(/^SQS listens on http:\/\/127\.0\.0\.1:\d+$/),
    expect.stringMatching(/^S3 listens on http:\/\/127\.0\.0\.1:\d+$/),
    expect.stringMatching(/^DynamoDB listens on http:\/\/127\.0\.0\.1:\d+$/),
  ]);
  const second = spawn(process.execPath, [MAIN, '--sqs-port', '0', '--data', folder], { stdio: ['ignore', 'ignore', 'pipe'] });
  let errors = '';
  second.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  await once(second, 'exit');
  expect(second.exitCode).toBe(1);
  expect(errors).toContain('is in use by another local AWS');
  expect(await kill(child, 'SIGTERM')).toBe(0);
});
