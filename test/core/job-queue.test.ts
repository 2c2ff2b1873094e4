import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseJob } from '../../core/job.ts';
import { MAX_RECEIVES } from '../../core/limits.ts';
import { type TestStack, startTestStack } from '../local-stack.ts';
import { imagineJob } from './example-jobs.ts';

let stack: TestStack;
beforeAll(async () => {
  stack = await startTestStack();
});
afterAll(() => stack.close());

describe('the job queue', () => {
  it('carries a job from one side to the other', async () => {
    const job = imagineJob();
    await stack.queue.send(job);
    const [received] = await stack.queue.receive({ max: 10, waitSeconds: 1, visibilitySeconds: 30 });
    expect(parseJob(received?.body ?? '')).toEqual(job);
    expect(received?.receiveCount).toBe(1);
    await stack.queue.delete(received?.receiptHandle ?? '');
    expect(await stack.queue.receive({ max: 10, waitSeconds: 0, visibilitySeconds: 30 })).toEqual([]);
  });

  it('moves a job that is given back too often to the dead letters', async () => {
    const job = imagineJob();
    await stack.queue.send(job);
    for (let count = 1; count <= MAX_RECEIVES; count += 1) {
      const [received] = await stack.queue.receive({ max: 1, waitSeconds: 1, visibilitySeconds: 30 });
      expect(received?.receiveCount).toBe(count);
      await stack.queue.extend(received?.receiptHandle ?? '', 0);
    }
    expect(await stack.queue.receive({ max: 1, waitSeconds: 0, visibilitySeconds: 30 })).toEqual([]);
    const [dead] = await stack.deadLetters.receive({ max: 1, waitSeconds: 1, visibilitySeconds: 30 });
    expect(parseJob(dead?.body ?? '').id).toBe(job.id);
  });

  it('stops waiting when it is told to', async () => {
    const wait = stack.queue.receive({ max: 1, waitSeconds: 20, visibilitySeconds: 30, signal: AbortSignal.timeout(50) });
    await expect(wait).rejects.toThrow(/abort/i);
  });
});
