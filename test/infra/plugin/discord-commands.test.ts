/** `serverless discord token|register|endpoint|doctor`, and what happens around a deployment: against the local Discord, the local AWS and an account on loopback. */
import { buffer } from 'node:stream/consumers';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { createVerify } from '../../../bot/http/verify-signature.ts';
import type { LoopbackServer } from '../../../infra/local/aws/loopback-server.ts';
import { listenOnLoopback } from '../../../infra/local/aws/loopback-server.ts';
import { type Account, openAccount } from '../../../infra/plugin/account.ts';
import { type DiscordCommands, discordCommands } from '../../../infra/plugin/discord-commands.ts';
import { letMachinesGo } from '../../../infra/plugin/let-machines-go.ts';
import { parameterNames } from '../../../infra/plugin/parameter-names.ts';
import { prepare } from '../../../infra/plugin/prepare.ts';
import { startAccountStandIn } from '../../aws-account-stand-in.ts';
import { imagineJob } from '../../core/example-jobs.ts';
import { type TestStack, startTestStack } from '../../local-stack.ts';
import { type Started, started } from '../local/discord/started.ts';

const names = parameterNames('live');
let discord: Started;
let stack: TestStack;
let aws: Awaited<ReturnType<typeof startAccountStandIn>>;
let endpoint: LoopbackServer;
/** What the endpoint answers to a wrong signature. */
let refusesWith = 401;
let account: Account;
let commands: DiscordCommands;
let said: string[];

beforeAll(async () => {
  [discord, stack, aws] = await Promise.all([started(), startTestStack(), startAccountStandIn()]);
  const verify = createVerify(discord.discord.publicKey, Date.now);
  endpoint = await listenOnLoopback(async (request, response) => {
    const body = await buffer(request);
    const header = (name: string) => String(request.headers[name] ?? '');
    const genuine = verify({ body, signature: header('x-signature-ed25519'), timestamp: header('x-signature-timestamp') });
    response.writeHead(genuine ? 200 : refusesWith, { 'content-type': 'application/json' }).end('{"type":1}');
  }, 0);
  for (const [name, value] of Object.entries({ ...stack.env, AWS_ENDPOINT_URL: aws.url })) vi.stubEnv(name, value);
  account = openAccount({ region: 'us-east-1' });
});
afterAll(async () => {
  account.close();
  vi.unstubAllEnvs();
  await Promise.all([endpoint.close(), aws.close(), discord.stop(), stack.close()]);
});

beforeEach(() => {
  said = [];
  const at = { stage: 'live', region: 'us-east-1', stackName: 'refinery-live', model: 'sdxl', maxWorkers: 4, api: discord.discord.apiBase };
  commands = discordCommands(at, account, (line) => void said.push(line));
  aws.state.outputs = {
    HttpApiUrl: endpoint.url,
    JobsQueueUrl: stack.names.JOBS_QUEUE_URL,
    DeadLetterQueueUrl: stack.names.DEAD_LETTER_QUEUE_URL,
    TableName: stack.names.TABLE_NAME,
    ModelsBucket: stack.names.PICTURES_BUCKET,
    ClusterName: 'cluster',
    WorkerRepositoryUri: '1.dkr.ecr.us-east-1.amazonaws.com/workers',
  };
  aws.state.services.set('worker', { image: '1.dkr.ecr.us-east-1.amazonaws.com/workers:v1', desired: 1, running: 1 });
  aws.state.services.set('gateway', { image: '1.dkr.ecr.us-east-1.amazonaws.com/gateways:v1', desired: 1, running: 1 });
  for (const image of ['workers:v1', 'gateways:v1']) aws.state.images.add(image);
  aws.state.quotas.set('L-3819A6DF', 64).set('L-DB2E81BA', 64);
});
afterEach(() => {
  refusesWith = 401;
});

describe('serverless discord token', () => {
  test('stores the token encrypted, the key that Discord signs with, and a key for buttons that a second time keeps', async () => {
    await commands.token(discord.discord.token);
    expect(aws.state.parameters.get(names.token)).toEqual({ value: discord.discord.token, type: 'SecureString' });
    expect(aws.state.parameters.get(names.publicKey)).toEqual({ value: discord.discord.publicKey, type: 'String' });
    const key = aws.state.parameters.get(names.customIdKey);
    expect(key).toMatchObject({ type: 'SecureString', value: expect.stringMatching(/^[0-9a-f]{64}$/) });
    await commands.token(discord.discord.token);
    expect(aws.state.parameters.get(names.customIdKey)).toEqual(key);
    expect(said.join()).not.toContain(discord.discord.token);
  });

  test('stores nothing that Discord refuses', async () => {
    const before = new Map(aws.state.parameters);
    await expect(commands.token('wrong')).rejects.toThrow('Discord refuses the bot token');
    expect(aws.state.parameters).toEqual(before);
  });
});

test('after a deployment the commands are registered and the endpoint is set, each once', async () => {
  await commands.register();
  await commands.register();
  await commands.endpoint();
  await commands.endpoint();
  expect(said).toEqual([
    expect.stringMatching(/^Discord has \d+ commands now$/),
    expect.stringMatching(/^Discord has all \d+ commands as they are$/),
    `Discord sends interactions to ${endpoint.url}/interactions now`,
    `Discord sends interactions to ${endpoint.url}/interactions as it is`,
  ]);
});

test('an endpoint that takes any signature is not set', async () => {
  aws.state.outputs = { ...aws.state.outputs, HttpApiUrl: `${endpoint.url}/other` };
  refusesWith = 200;
  await expect(commands.endpoint()).rejects.toThrow('probe of the interactions endpoint failed');
});

describe('serverless discord doctor', () => {
  beforeEach(async () => {
    await commands.token(discord.discord.token);
    await commands.register();
    await commands.endpoint();
    said = [];
    await stack.clients.s3.send(new PutObjectCommand({ Bucket: stack.names.PICTURES_BUCKET, Key: 'sdxl/base/model_index.json', Body: '{}' }));
  });
  const report = async () => {
    const sick = await commands.doctor();
    return { sick, text: said.join('\n') };
  };

  test('finds nothing wrong with what is well', async () => {
    const { sick, text } = await report();
    expect(text).not.toMatch(/✖|○/);
    expect(sick).toBe(0);
    expect(text).toMatch(/interactions endpoint.*refuses a wrong signature and passes Discord’s probe/);
  });

  /** Each illness, what the doctor says of it, and how it is mended. */
  const ILLNESSES: readonly (readonly [name: string, spoil: () => unknown, says: RegExp, mend: RegExp])[] = [
    ['a token that was reset', () => aws.state.parameters.set(names.token, { value: 'old', type: 'SecureString' }), /bot token.*could not be looked at/, /serverless discord token/],
    ['no token', () => aws.state.parameters.delete(names.token), /bot token/, /serverless discord token/],
    ['another application’s key', () => aws.state.parameters.set(names.publicKey, { value: '0'.repeat(64), type: 'String' }), /another than Discord signs with/, /serverless discord token/],
    ['no key for buttons', () => aws.state.parameters.delete(names.customIdKey), /tasks cannot start/, /serverless discord token/],
    ['commands of another version', () => discord.rest('PUT', `/applications/${discord.discord.applicationId}/commands`, []), /others than this version/, /serverless discord register/],
    ['an endpoint that is not set', () => discord.rest('PATCH', '/applications/@me', { interactions_endpoint_url: null }), /none is set/, /serverless discord endpoint/],
    ['an endpoint that takes any signature', () => (refusesWith = 200), /answers 200 to a wrong signature/, /receive-interaction/],
    ['a dead letter', () => stack.deadLetters.send(imagineJob()), /dead letters.*1 wait/, /report-dead-letter/],
    ['an image that is not in the registry', () => aws.state.images.delete('workers:v1'), /registry has no .*workers:v1/, /docker push/],
    ['no quota for GPUs', () => aws.state.quotas.set('L-3819A6DF', 0), /no worker can start/, /request-service-quota-increase.*L-3819A6DF --desired-value 16/],
    ['quota for one GPU of four', () => aws.state.quotas.set('L-DB2E81BA', 4), /1 of 4 workers can start/, /L-DB2E81BA/],
    ['a table that is gone', () => (aws.state.outputs = { ...aws.state.outputs, TableName: 'gone' }), /table.*could not be looked at \(ResourceNotFound/, /credentials and region/],
  ];
  test.each(ILLNESSES)('finds %s, and says how to mend it', async (_name, spoil, says, mend) => {
    await spoil();
    const { sick, text } = await report();
    expect(sick).toBeGreaterThan(0);
    expect(text).toMatch(says);
    expect(text).toMatch(mend);
    expect(text).not.toContain(discord.discord.token);
  });

  test('tells what is only not there yet apart from what is wrong', async () => {
    aws.state.outputs = undefined;
    await commands.doctor();
    expect(said.join('\n')).toMatch(/○.*worker image.*not deployed[^]*npx serverless deploy/);
  });
});

describe('before a deployment', () => {
  const deployment = { stackName: 'refinery-live', names, workerImage: 'v1', gatewayImage: 'v1', reservedConcurrency: 40 };

  test('all is well where the secrets are there and the images are named', async () => {
    await expect(prepare(deployment, account)).resolves.toBeUndefined();
  });
  test('missing secrets are named, and the command that puts them there', async () => {
    await expect(prepare({ ...deployment, names: parameterNames('other') }, account)).rejects.toThrow(/\/refinery\/other\/discord-token.*serverless discord token/);
  });
  test('a worker that runs is not removed by a forgotten image', async () => {
    aws.state.resources.add('WorkerService');
    await expect(prepare({ ...deployment, workerImage: '' }, account)).rejects.toThrow(/WorkerService.*--param="worker-image=TAG"/);
  });
  test('a first deployment needs no image', async () => {
    aws.state.outputs = undefined;
    await expect(prepare({ ...deployment, workerImage: '', gatewayImage: '' }, account)).resolves.toBeUndefined();
  });
  test('a new account’s limit is told before Lambda would roll everything back', async () => {
    aws.state.outputs = undefined;
    aws.state.unreservedConcurrency = 10;
    await expect(prepare(deployment, account)).rejects.toThrow('reserve-concurrency=no');
    await expect(prepare({ ...deployment, reservedConcurrency: 0 }, account)).resolves.toBeUndefined();
  });
});

test('before a stack is removed its workers end, and their machines are waited for', async () => {
  aws.state.machines = 2;
  const notices: string[] = [];
  await letMachinesGo('cluster', account, (text) => void notices.push(text), { everyMs: 1 });
  expect(aws.state.services.has('worker')).toBe(false);
  expect(notices).toEqual(['waiting for 2 GPU machines to end', 'waiting for 1 GPU machine to end']);
});
