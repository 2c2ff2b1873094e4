import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { imagineJob } from '../core/example-jobs.ts';
import { startEcsStandIn } from '../ecs-stand-in.ts';
import { type TestStack, startTestStack } from '../local-stack.ts';

let stack: TestStack;
let ecs: Awaited<ReturnType<typeof startEcsStandIn>>;
const printed = vi.spyOn(console, 'log').mockReturnValue();
let handler: () => Promise<void>;

beforeAll(async () => {
  [stack, ecs] = await Promise.all([startTestStack(), startEcsStandIn()]);
  Object.assign(process.env, stack.env, { AWS_ENDPOINT_URL_ECS: ecs.url, WORKER_CLUSTER: 'cluster', WORKER_SERVICE: 'workers', MAX_WORKERS: '2', STAGE: 'try', DISCORD_TOKEN: 'a-bot-token', MONTHLY_BUDGET_USD: '100', GPU_USD_PER_HOUR: '0.81' });
  ({ handler } = await import('../../functions/scale-workers.ts'));
});
afterAll(() => Promise.all([stack.close(), ecs.close()]));

test('the scheduled function starts workers for what waits, and tells CloudWatch what it saw in its own log format', async () => {
  await Promise.all(Array.from({ length: 60 }, () => stack.queue.send(imagineJob())));
  await handler();
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
  expect(note).toMatchObject({ event: 'workers:scale:done', from: 0, to: 2 });
});
