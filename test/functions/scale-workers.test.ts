import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { imagineJob } from '../core/example-jobs.ts';
import { startEcsStandIn } from '../ecs-stand-in.ts';
import { type TestStack, startTestStack } from '../local-stack.ts';

let stack: TestStack;
let ecs: Awaited<ReturnType<typeof startEcsStandIn>>;
const printed = vi.spyOn(console, 'log').mockReturnValue();
let handler: (event: unknown) => Promise<void>;

beforeAll(async () => {
  [stack, ecs] = await Promise.all([startTestStack(), startEcsStandIn()]);
  const settings = { AWS_ENDPOINT_URL_ECS: ecs.url, WORKER_CLUSTER: 'cluster', WORKER_SERVICE: 'workers', ON_DEMAND_SERVICE: 'workers-on-demand', MAX_WORKERS: '2', STAGE: 'try', DISCORD_TOKEN: 'a-bot-token', MONTHLY_BUDGET_USD: '100', GPU_USD_PER_HOUR: '0.81' };
  for (const [name, value] of Object.entries({ ...stack.env, ...settings })) vi.stubEnv(name, value);
  ({ handler } = await import('../../functions/scale-workers.ts'));
});
afterAll(async () => {
  printed.mockRestore();
  vi.unstubAllEnvs();
  await Promise.all([stack.close(), ecs.close()]);
});

test('the scheduled function starts workers for what waits, and tells CloudWatch what it saw in its own log format', async () => {
  await Promise.all(Array.from({ length: 60 }, () => stack.queue.send(imagineJob())));
  await handler({ source: 'aws.events' });
  expect(ecs.state.updates).toEqual([2]);
  const [metrics, note] = printed.mock.calls.map(([line]) => JSON.parse(String(line)));
  expect(metrics).toMatchObject({
    _aws: { CloudWatchMetrics: [{ Namespace: 'Refinery', Dimensions: [['Stage']], Metrics: expect.arrayContaining([{ Name: 'WaitingSecondsPerTask' }]) }] },
    Stage: 'try',
    WaitingJobs: 60,
    WaitingSeconds: 1200,
    WaitingSecondsPerTask: 1200,
    DesiredTasks: 2,
    RunningTasks: 0,
    // Twenty minutes of work are owed.
    BudgetShare: 0.27,
  });
  expect(note).toMatchObject({ event: 'workers:scale:done', from: { spot: 0, onDemand: 0 }, to: { spot: 2, onDemand: 0 } });
});

test('hears of Spot taking machines back, and of a third one turns to on demand', async () => {
  const notice = { source: 'aws.ec2', 'detail-type': 'EC2 Spot Instance Interruption Warning', detail: { 'instance-id': 'i-1', 'instance-action': 'terminate' } };
  Object.assign(ecs.state, { running: 1, machines: 2 });
  printed.mockClear();
  for (let heard = 0; heard < 2; heard += 1) await handler(notice);
  expect(ecs.state).toMatchObject({ desired: 2, onDemand: { desired: 0 } });
  await handler(notice);
  expect(ecs.state).toMatchObject({ desired: 1, onDemand: { desired: 1 } });
  const lines = printed.mock.calls.map(([line]) => JSON.parse(String(line)));
  expect(lines.filter((line) => '_aws' in line).map(({ SpotInterruptions }) => SpotInterruptions)).toEqual([1, 2, 3]);
});
