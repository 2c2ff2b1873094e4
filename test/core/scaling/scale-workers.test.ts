import { ECSClient } from '@aws-sdk/client-ecs';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createWake } from '../../../bot/waking/open-wake.ts';
import type { Ledger } from '../../../core/ledger.ts';
import { DEFAULT_CAPACITY } from '../../../core/scaling/choose-capacity.ts';
import { DEFAULT_POLICY } from '../../../core/scaling/scaling-policy.ts';
import { scaleWorkers } from '../../../core/scaling/scale-workers.ts';
import { NoWorkerService, WorkerService } from '../../../core/scaling/worker-service.ts';
import { keepLog } from '../../bot/quiet-log.ts';
import { startEcsStandIn } from '../../ecs-stand-in.ts';
import { type TestStack, startTestStack } from '../../local-stack.ts';
import { imagineJob } from '../example-jobs.ts';

let stack: TestStack;
let ecs: Awaited<ReturnType<typeof startEcsStandIn>>;
let client: ECSClient;
let service: WorkerService;
let ledger: Ledger;
let now = Date.now();

beforeAll(async () => {
  [stack, ecs] = await Promise.all([startTestStack(), startEcsStandIn()]);
  client = new ECSClient({ endpoint: ecs.url, region: 'us-east-1', credentials: { accessKeyId: 'local', secretAccessKey: 'local-secret' }, maxAttempts: 1 });
  service = new WorkerService(client, { cluster: 'cluster', service: 'workers' });
  ledger = stack.ledger({ now: () => now });
});
afterAll(async () => {
  client.destroy();
  await Promise.all([stack.close(), ecs.close()]);
});
beforeEach(() => {
  Object.assign(ecs.state, { desired: 0, running: 0, machines: 0, updates: [], isDown: false });
});

const look = () => scaleWorkers({ ledger, queue: stack.queue, service, now: () => now }, { ...DEFAULT_POLICY, ...DEFAULT_CAPACITY });
const onSpot = (spot: number) => ({ spot, onDemand: 0 });

/** Twenty credits a person and day are enough for a few of these. */
async function ask(userId: string, count = 1) {
  const job = imagineJob({ userId, createdAt: now, work: { count } });
  await ledger.admit(job, 100);
  await stack.queue.send(job);
  await ledger.markSent(job.id);
  return job;
}

describe('the workers', () => {
  test('start for the first job, are left alone while they suffice, and sleep when nothing came for a while', async () => {
    expect(await look()).toMatchObject({ tasks: onSpot(0), load: { waitingJobs: 0, waitingSeconds: 0 } });
    const job = await ask('1');
    expect(await look()).toMatchObject({ tasks: onSpot(1), load: { waitingJobs: 1, waitingSeconds: 20, jobsInHand: 0 } });
    await look();
    expect(ecs.state.updates).toEqual([1]);

    const [received] = await stack.queue.receive({ max: 1, waitSeconds: 0, visibilitySeconds: 60 });
    await ledger.claim(job.id, 'a worker', 60);
    Object.assign(ecs.state, { running: 1, machines: 1 });
    expect((await look()).load).toMatchObject({ waitingJobs: 0, jobsInHand: 1 });
    await stack.queue.delete(received?.receiptHandle ?? '');
    await ledger.end(job.id, { state: 'cancelled', reason: 'test' });
    now += (DEFAULT_POLICY.sleepAfterSeconds - 1) * 1000;
    expect((await look()).tasks).toEqual(onSpot(1));
    now += 1000;
    expect((await look()).tasks).toEqual(onSpot(0));
    expect(ecs.state.updates).toEqual([1, 0]);
  });

  test('are as many as the measured pace asks for', async () => {
    await ledger.workforce.recordJob('demo', { megapixelSteps: 1, painting: 1000, rest: 10 });
    const job = await ask('2', 4);
    await ask('3');
    await ask('4');
    // 0.41 megapixel-steps a picture, 4 + 1 + 1 pictures in three jobs, and 10 s for each job's rest.
    const { load, tasks } = await look();
    expect(load.waitingSeconds).toBeCloseTo(6 * 409.6 + 30, 0);
    expect(tasks).toEqual(onSpot(3));
    expect(job.work).toMatchObject({ count: 4 });
  });

  test('of a service that is not there are an error that says what to set', async () => {
    const other = new WorkerService(client, { cluster: 'cluster', service: 'other' });
    await expect(other.look()).rejects.toThrow(NoWorkerService);
    await expect(other.wake()).rejects.toThrow('WORKER_SERVICE');
  });
});

describe('an admission', () => {
  const log = keepLog();
  const wakeOf = (at: () => number) => createWake(async () => service, { ledger: stack.ledger({ now: at }), now: at, log });

  test('wakes the first worker, once a minute of all processes, and leaves more than that alone', async () => {
    let at = now + 3_600_000;
    const [one, other] = [wakeOf(() => at), wakeOf(() => at)];
    await Promise.all([one(1000), other(1000), one(1000)]);
    expect(ecs.state.updates).toEqual([1]);
    ecs.state.desired = 3;
    at += 61_000;
    await Promise.all([one(1000), other(1000)]);
    expect(ecs.state.updates).toEqual([1]);
    ecs.state.desired = 0;
    at += 61_000;
    await one(1000);
    expect(ecs.state.updates).toEqual([1, 1]);
  });

  test('is not kept from its answer by ECS, be it down or silent', async () => {
    ecs.state.isDown = true;
    await wakeOf(() => now + 9_000_000)(1000);
    expect(log.lines.at(-1)).toMatchObject({ level: 'warn', event: 'workers:wake:failed' });
    const silent = createWake(() => new Promise(() => undefined), { ledger: stack.ledger(), now: () => now + 10_000_000, log });
    await silent(5);
  });
});
