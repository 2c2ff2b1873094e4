import { generateKeyPairSync, sign } from 'node:crypto';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { imagineJob, newSnowflake } from '../core/example-jobs.ts';
import { commandInteraction, pressInteraction, seenMessage } from '../bot/interactions/example-interaction.ts';
import { receiveJobs } from '../bot/receive-jobs.ts';
import { startScriptedServer } from '../bot/rest/scripted-server.ts';
import { startAccountStandIn } from '../aws-account-stand-in.ts';
import { startEcsStandIn } from '../ecs-stand-in.ts';
import { type Lambda, startLambda } from '../lambda/lambda.ts';
import { type TestStack, startTestStack } from '../local-stack.ts';
import { createCustomIds } from '../../bot/custom-id/custom-ids.ts';
import { COMMANDS } from '../../bot/interactions/handlers.ts';
import { serializeJob } from '../../core/job.ts';
import { MessageQueue } from '../../core/message-queue.ts';
import { rolesOf } from '../../infra/iam/roles.ts';
import type { LoopbackServer } from '../../infra/local/aws/loopback-server.ts';
import { parseTemplate } from '../../infra/template/template.ts';
import type { Packaged } from './packaged.ts';
import { type AwsCall, allows, recordingProxy } from './recorded-calls.ts';

const { publicKey, privateKey } = generateKeyPairSync('ed25519');

/** An event of API Gateway, payload format 2.0, as Discord's request becomes one. */
export function httpEvent(interaction: unknown, { base64 = false, signature }: { readonly base64?: boolean; readonly signature?: string } = {}) {
  const body = JSON.stringify(interaction);
  const timestamp = String(Math.floor(Date.now() / 1000));
  return {
    version: '2.0',
    routeKey: 'POST /interactions',
    headers: { 'content-type': 'application/json', 'x-signature-ed25519': signature ?? sign(null, Buffer.from(timestamp + body), privateKey).toString('hex'), 'x-signature-timestamp': timestamp },
    requestContext: { http: { method: 'POST', path: '/interactions' }, timeEpoch: Date.now() },
    body: base64 ? Buffer.from(body).toString('base64') : body,
    isBase64Encoded: base64,
  };
}

/** What the template gives a function, with the stand-ins in AWS's place. */
export function functionEnvironment(stackEnv: Readonly<Record<string, string>>, ssmUrl: string): Record<string, string> {
  return {
    ...stackEnv,
    AWS_ENDPOINT_URL_SSM: ssmUrl,
    DISCORD_TOKEN_PARAMETER: '/refinery/live/discord-token',
    CUSTOM_ID_KEY_PARAMETER: '/refinery/live/custom-id-key',
    DISCORD_PUBLIC_KEY: publicKey.export({ format: 'der', type: 'spki' }).subarray(-32).toString('hex'),
    DISCORD_API_BASE: 'http://127.0.0.1:9/api',
  };
}

const sqsEvent = (...bodies: readonly string[]) => ({ Records: bodies.map((body, index) => ({ messageId: `m${index}`, body, eventSource: 'aws:sqs', attributes: { ApproximateReceiveCount: '1' } })) });
/** https://docs.aws.amazon.com/lambda/latest/dg/with-eventbridge-scheduler.html */
const SCHEDULED = { version: '0', 'detail-type': 'Scheduled Event', source: 'aws.events', time: '2026-11-01T12:00:00Z', resources: [], detail: {} };

/** A Discord that refuses whatever is said under a token or in a channel that has `refused` in its name. */
const startPickyDiscord = () => startScriptedServer(({ url }) => (url.includes('refused') ? { status: 400, body: { code: 50035, message: 'Invalid Form Body' } } : { status: 200, body: { id: '1', channel_id: '2', attachments: [] } }));

/** The zips that were packaged, each started in a process that knows nothing but what Lambda gives it. */
export function describePackagedFunctions(packaged: () => Packaged): void {
  describe('the packaged functions, in processes as Lambda starts them', () => {
    let stack: TestStack;
    let account: Awaited<ReturnType<typeof startAccountStandIn>>;
    const running: Lambda[] = [];
    const proxies: LoopbackServer[] = [];
    /** By function: what it asked of AWS in all of these tests. */
    const calls = new Map<string, Map<string, AwsCall>>();

    beforeAll(async () => {
      [stack, account] = await Promise.all([startTestStack(), startAccountStandIn()]);
      account.state.parameters.set('/refinery/live/discord-token', { value: 'a-bot-token', type: 'SecureString' }).set('/refinery/live/custom-id-key', { value: 'a-key', type: 'SecureString' });
    });
    afterAll(async () => {
      await Promise.all(running.map((lambda) => lambda.close()));
      await Promise.all(proxies.map((proxy) => proxy.close()));
      await Promise.all([stack.close(), account.close()]);
    });

    async function start(name: string, { env = {}, timeoutMs = 30_000 }: { readonly env?: Readonly<Record<string, string>>; readonly timeoutMs?: number } = {}): Promise<Lambda> {
      const lambda = await startLambda({
        zip: path.join(packaged().folder, `${name}.zip`),
        handler: `.build/${name}/index.handler`,
        env: await recorded(name, { ...functionEnvironment(stack.env, account.url), ...env }),
        timeoutMs,
      });
      running.push(lambda);
      return lambda;
    }

    /** The environment, with AWS's endpoints behind proxies that note what is asked. */
    async function recorded(name: string, env: Readonly<Record<string, string>>): Promise<Record<string, string>> {
      const { JOBS_QUEUE_URL, LATE_ANSWERS_QUEUE_URL, TABLE_NAME, PICTURES_BUCKET } = stack.names;
      const queue = (url: string) => url.split('/').at(-1) ?? '';
      const names = new Map([[queue(JOBS_QUEUE_URL), 'JobsQueue'], [queue(LATE_ANSWERS_QUEUE_URL), 'LateAnswersQueue'], [TABLE_NAME, 'Table'], [PICTURES_BUCKET, 'Pictures'], ['cluster', 'Cluster']]);
      const known = calls.get(name) ?? new Map<string, AwsCall>();
      calls.set(name, known);
      const behind = { ...env };
      for (const [variable, url] of Object.entries(env)) {
        if (!variable.startsWith('AWS_ENDPOINT_URL_')) continue;
        const proxy = await recordingProxy(url, names, (call) => known.set(`${call.action} ${call.resource.replace(/^Pictures\/.*/, 'Pictures/…')}`, call));
        proxies.push(proxy);
        behind[variable] = proxy.url;
        // SQS's client asks where the queue's own URL says.
        for (const [other, value] of Object.entries(behind)) if (other.endsWith('_QUEUE_URL')) behind[other] = value.replace(new URL(url).origin, new URL(proxy.url).origin);
      }
      return behind;
    }

    /** A busy machine may let a call to the table time out; the person is told so, and asks again. */
    async function askUntilQueued(lambda: Lambda, base64: boolean): Promise<string> {
      for (let tries = 0; tries < 5; tries += 1) {
        const interaction = commandInteraction({ userId: newSnowflake(), options: { prompt: 'a red house ☀' } });
        const outcome = await lambda.invoke(httpEvent(interaction, { base64 }));
        expect(outcome).toMatchObject({ kind: 'answered', answer: { statusCode: 200, body: expect.stringContaining('"type":4') } });
        if (/in line/i.test(JSON.stringify(outcome))) return String(interaction.id);
      }
      throw new Error('five times /imagine was not queued');
    }

    it('answer Discord’s ping, refuse a forged request, and queue /imagine, with plain and base64 bodies, in one start', async () => {
      const lambda = await start('receive-interaction');
      expect(await lambda.invoke(httpEvent({ type: 1 }))).toMatchObject({ kind: 'answered', answer: { statusCode: 200, body: '{"type":1}' } });
      expect(await lambda.invoke(httpEvent({ type: 1 }, { signature: '0'.repeat(128) }))).toMatchObject({ kind: 'answered', answer: { statusCode: 401 } });
      for (const base64 of [false, true]) {
        const asked = await askUntilQueued(lambda, base64);
        const job = (await receiveJobs(stack.queue)).find(({ id }) => id === asked);
        expect(job?.work.prompt).toBe('a red house ☀');
      }
      expect(lambda.starts()).toBe(1);
      expect(lambda.log()).not.toMatch(/a-bot-token|red house/);
    });

    it('report dead letters, and keep those of a batch that are none', async () => {
      const lambda = await start('report-dead-letter');
      const outcome = await lambda.invoke(sqsEvent('no job', serializeJob(imagineJob()), '{"version":1}'));
      expect(outcome).toEqual({ kind: 'answered', answer: { batchItemFailures: [{ itemIdentifier: 'm0' }, { itemIdentifier: 'm2' }] } });
    });

    it('finish late answers, and keep those of a batch that did not arrive', async () => {
      const discord = await startPickyDiscord();
      const lambda = await start('finish-late-answer', { env: { DISCORD_API_BASE: discord.api } });
      const asking = (token: string) => ({ ...commandInteraction({ name: 'mydata' }), token, data: { id: '6', name: 'mydata', type: 1, options: [{ name: 'export', type: 1, options: [] }] } });
      const late = (token: string) => JSON.stringify({ receivedAt: Date.now(), interaction: asking(token) });
      const outcome = await lambda.invoke(sqsEvent(late('good'), late('refused'), late('fine')));
      await discord.close();
      expect(outcome).toEqual({ kind: 'answered', answer: { batchItemFailures: [{ itemIdentifier: 'm1' }] } });
      expect(discord.seen.map(({ url }) => url.split('/').at(-3)).toSorted()).toEqual(['fine', 'good', 'refused']);
    });

    it('give back what jobs held that no worker could finish, tell their askers, and keep those of a batch who could not be told', async () => {
      const discord = await startPickyDiscord();
      const lambda = await start('report-dead-letter', { env: { DISCORD_API_BASE: discord.api } });
      const ledger = stack.ledger();
      const jobs = ['good', 'refused'].map((token) => imagineJob({ userId: newSnowflake(), reply: { kind: 'interaction', applicationId: '5', token, receivedAt: Date.now() } }));
      for (const job of jobs) await ledger.admit(job, 100);
      const outcome = await lambda.invoke(sqsEvent(...jobs.map(serializeJob)));
      await discord.close();
      expect(outcome).toEqual({ kind: 'answered', answer: { batchItemFailures: [{ itemIdentifier: 'm1' }] } });
      for (const { id, userId, guildId } of jobs) {
        expect(await ledger.stateOf(id)).toBe('failed');
        expect((await ledger.balance(userId, guildId)).left).toBe((await ledger.balance(newSnowflake(), guildId)).left);
      }
    });

    it('start workers for what waits, when the minute’s event comes, and tell CloudWatch what they saw', async () => {
      const ecs = await startEcsStandIn('worker');
      const lambda = await start('scale-workers', { env: { AWS_ENDPOINT_URL_ECS: ecs.url, WORKER_CLUSTER: 'cluster', WORKER_SERVICE: 'worker', MAX_WORKERS: '3', MONTHLY_BUDGET_USD: '100', GPU_USD_PER_HOUR: '0.81' } });
      await Promise.all(Array.from({ length: 60 }, () => stack.queue.send(imagineJob())));
      const outcome = await lambda.invoke(SCHEDULED);
      await ecs.close();
      expect(outcome).toEqual({ kind: 'answered', answer: null });
      expect(ecs.state.updates).toEqual([3]);
      const metrics = lambda.log().split('\n').find((line) => line.includes('CloudWatchMetrics')) ?? '{}';
      expect(JSON.parse(metrics)).toMatchObject({ Stage: 'live', DesiredTasks: 3, RunningTasks: 0, WaitingJobs: expect.any(Number), BudgetShare: expect.any(Number) });
    });

    it('answer every command, deferred ones by the function that finishes them', async () => {
      const [ecs, discord] = await Promise.all([startEcsStandIn('worker'), startPickyDiscord()]);
      const waking = { AWS_ENDPOINT_URL_ECS: ecs.url, WORKER_CLUSTER: 'cluster', WORKER_SERVICE: 'worker', ON_DEMAND_SERVICE: 'worker-on-demand', MONTHLY_BUDGET_USD: '100', DISCORD_API_BASE: discord.api };
      const [front, late] = [await start('receive-interaction', { env: waking }), await start('finish-late-answer', { env: waking })];
      const userId = newSnowflake();
      const press = (action: string, ...args: readonly string[]) => pressInteraction(createCustomIds(['a-key']).write(action, ...args), seenMessage('77'), { userId });
      const asked = Object.keys(COMMANDS).map((full) => {
        const [name = '', sub] = full.split(' ');
        const options = sub === undefined ? [{ name: 'prompt', type: 3, value: 'a red house' }] : [{ name: sub, type: 1, options: [{ name: 'word', type: 3, value: 'forbidden' }, { name: 'credits', type: 10, value: 5 }, { name: 'everyone', type: 3, value: 'each' }, { name: 'user', type: 6, value: '5' }] }];
        return { ...commandInteraction({ userId, name }), data: { id: '6', name, type: 1, options } };
      });
      for (const interaction of [...asked, press('mydata-delete', userId, 'data'), press('mydata-look', userId), press('status'), press('accept-terms', 'openrail', '1')]) {
        const outcome = await front.invoke(httpEvent(interaction));
        expect(outcome).toMatchObject({ kind: 'answered', answer: { statusCode: 200 } });
      }
      const deferred = new MessageQueue(stack.clients.sqs, stack.names.LATE_ANSWERS_QUEUE_URL);
      for (let waits = 1; ; waits = 0) {
        const [message] = await deferred.receive({ max: 1, waitSeconds: waits, visibilitySeconds: 60 });
        if (!message) break;
        expect(await late.invoke(sqsEvent(message.body))).toEqual({ kind: 'answered', answer: { batchItemFailures: [] } });
        await deferred.delete(message.receiptHandle);
      }
      await Promise.all([ecs.close(), discord.close()]);
    });

    it('ask nothing of AWS, in all of this, that their roles would refuse', () => {
      const roles = rolesOf(parseTemplate(packaged().template));
      const roleOf = (name: string) => roles.find((role) => role.name.toLowerCase() === `${name.replaceAll('-', '')}role`);
      for (const [name, made] of calls) {
        const role = roleOf(name);
        if (!role) throw new Error(`${name} has no role`);
        expect([...made.values()].filter((call) => !allows(role, call)), name).toEqual([]);
        const ofCode = role.grants.filter(({ need }) => !['WriteLog', 'TakeLateAnswers', 'TakeDeadLetters'].includes(need)).flatMap(({ actions }) => actions);
        const never = ofCode.filter((action) => ![...made.values()].some((call) => call.action === action));
        if (process.env['SHOW_UNUSED_RIGHTS']) console.log(`${name}: allowed and not called here: ${never.join(', ') || 'nothing'}`);
      }
      expect([...calls.keys()].toSorted()).toEqual(['finish-late-answer', 'receive-interaction', 'report-dead-letter', 'scale-workers']);
      expect([...(calls.get('receive-interaction')?.keys() ?? [])]).toEqual(expect.arrayContaining(['dynamodb:BatchGetItem Table', 'dynamodb:PutItem Table', 'sqs:SendMessage JobsQueue', 'sqs:SendMessage LateAnswersQueue', 'ssm:GetParameters parameter/refinery/live/discord-token']));
    });

    it('say at their start which secret SSM lacks, and answer nobody', async () => {
      const lambda = await start('receive-interaction', { env: { DISCORD_TOKEN_PARAMETER: '/refinery/other/discord-token' } });
      expect(await lambda.invoke(httpEvent({ type: 1 }))).toMatchObject({ kind: 'not-started', error: { errorType: 'BadSettings', errorMessage: expect.stringContaining('/refinery/other/discord-token') } });
    });

    it('fail an event that is not theirs, and serve the next', async () => {
      const lambda = await start('finish-late-answer');
      expect(await lambda.invoke({ Records: 'none' })).toMatchObject({ kind: 'failed', error: { errorType: 'ValiError' } });
      expect(await lambda.invoke({ Records: [] })).toEqual({ kind: 'answered', answer: { batchItemFailures: [] } });
      expect(lambda.starts()).toBe(1);
    });

    it('are ended when their time is over, and started anew for the next event', async () => {
      const lambda = await start('receive-interaction', { timeoutMs: 1 });
      expect(await lambda.invoke(httpEvent({ type: 1 }))).toEqual({ kind: 'timed-out' });
      await lambda.invoke(httpEvent({ type: 1 }));
      expect(lambda.starts()).toBe(2);
    });
  });
}
