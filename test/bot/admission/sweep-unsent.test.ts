import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sendUnsent } from '../../../bot/admission/sweep-unsent.ts';
import { parseJob } from '../../../core/job.ts';
import { imagineJob, newSnowflake } from '../../core/example-jobs.ts';
import { type TestStack, startTestStack } from '../../local-stack.ts';

let stack: TestStack;
beforeAll(async () => {
  stack = await startTestStack();
});
afterAll(() => stack.close());

const freshJob = () => imagineJob({ userId: newSnowflake() });

describe('a job whose sender died between the ledger and the queue', () => {
  it('is sent by the next sweep, once', async () => {
    const ports = { ledger: stack.ledger(), queue: stack.queue };
    const job = freshJob();
    await ports.ledger.admit(job, 100);

    expect(await sendUnsent(ports, job.createdAt + 10_000), 'its sender may still be at it').toBe(0);
    expect(await sendUnsent(ports, job.createdAt + 60_000)).toBe(1);
    expect(await sendUnsent(ports, job.createdAt + 120_000)).toBe(0);
    const received = await stack.queue.receive({ max: 10, waitSeconds: 0, visibilitySeconds: 30 });
    expect(received.map(({ body }) => parseJob(body).id)).toEqual([job.id]);
    await ports.ledger.end(job.id, { state: 'cancelled', reason: 'over' });
  });

  it('is left alone once it was sent, claimed or ended', async () => {
    const ledger = stack.ledger();
    const [sent, claimed, ended] = [freshJob(), freshJob(), freshJob()];
    for (const job of [sent, claimed, ended]) await ledger.admit(job, 100);
    await ledger.markSent(sent.id);
    await ledger.claim(claimed.id, 'worker', 60);
    await ledger.end(ended.id, { state: 'cancelled', reason: 'over' });
    await ledger.markSent(ended.id);

    expect(await sendUnsent({ ledger, queue: stack.queue }, Date.now() + 120_000)).toBe(0);
    expect(await ledger.position({ createdAt: Date.now() + 1, id: '0' }), 'the sent and the claimed one').toBe(2);
  });
});
