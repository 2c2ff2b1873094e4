import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { admitJob } from '../../../bot/admission/admit-job.ts';
import { sendUnsent } from '../../../bot/admission/sweep-unsent.ts';
import { costOf } from '../../../core/credits.ts';
import { type Job, parseJob } from '../../../core/job.ts';
import type { Ledger } from '../../../core/ledger.ts';
import { imagineJob, newSnowflake } from '../../core/example-jobs.ts';
import { keepLog } from '../quiet-log.ts';
import { type TestStack, startTestStack } from '../../local-stack.ts';

let stack: TestStack;
beforeAll(async () => {
  stack = await startTestStack();
});
afterAll(() => stack.close());

const NONE = { sent: 0, givenUp: 0 };
const freshJob = () => imagineJob({ userId: newSnowflake() });

describe('a job whose sender died between the ledger and the queue', () => {
  it('is sent by the next sweep, once', async () => {
    const ports = { ledger: stack.ledger(), queue: stack.queue };
    const job = freshJob();
    await ports.ledger.admit(job, 100);

    expect(await sendUnsent(ports, job.createdAt + 10_000), 'its sender may still be at it').toEqual(NONE);
    expect(await sendUnsent(ports, job.createdAt + 60_000)).toEqual({ sent: 1, givenUp: 0 });
    expect(await sendUnsent(ports, job.createdAt + 120_000)).toEqual(NONE);
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

    expect(await sendUnsent({ ledger, queue: stack.queue }, Date.now() + 120_000)).toEqual(NONE);
    expect(await ledger.position({ createdAt: Date.now() + 1, id: '0' }), 'the sent and the claimed one').toBe(2);
  });
});

describe('a job whose asker was told to try again, by a Lambda that stopped when it had said so', () => {
  /** Admitted, and stopped while it waits for the queue's answer: the message may be there or not. */
  async function stoppedWhileSending(send: (job: Job) => Promise<void>): Promise<Job> {
    const job = freshJob();
    const ledger = stack.ledger();
    const stopped = new Promise<never>(() => undefined);
    const reached = new Promise<void>((resolve) => {
      const queue = { send: (sent: Job) => (resolve(send(sent)), stopped) };
      const asked = { ...ledgerUntil(ledger, stopped), end: () => stopped };
      void admitJob(job, { ledger: asked, queue, now: Date.now, log: keepLog() }, Date.now() + 2000);
    });
    await reached;
    return job;
  }

  /** Its confirmation never left. */
  const ledgerUntil = (ledger: Ledger, stopped: Promise<never>) => ({ admit: ledger.admit.bind(ledger), markSent: ledger.markSent.bind(ledger), confirm: () => stopped });

  it('is given up by the sweep, uncharged', async () => {
    const job = await stoppedWhileSending(() => Promise.resolve());
    const ledger = stack.ledger();
    expect(await ledger.balance(job.userId, job.guildId)).toMatchObject({ reserved: costOf(job.work) });
    expect(await sendUnsent({ ledger, queue: stack.queue }, job.createdAt + 60_000)).toEqual({ sent: 0, givenUp: 1 });
    expect(await ledger.find(job.id)).toMatchObject({ state: 'cancelled', reason: 'too-slow' });
    expect(await ledger.balance(job.userId, job.guildId)).toMatchObject({ reserved: 0, spent: 0 });
  });

  it('is not painted by whoever receives its message', async () => {
    const job = await stoppedWhileSending((sent) => stack.queue.send(sent));
    const later = stack.ledger({ now: () => Date.now() + 30_000 });
    expect(await later.claim(job.id, 'a worker', 60)).toMatchObject({ kind: 'finished', row: { state: 'cancelled', reason: 'too-slow' } });
    expect(await later.balance(job.userId, job.guildId)).toMatchObject({ reserved: 0, spent: 0 });
  });
});

describe('a message that is faster than its job’s confirmation', () => {
  it('waits for it', async () => {
    const ledger = stack.ledger();
    const job = freshJob();
    await ledger.admit(job, 100, {}, { confirmBy: Date.now() + 60_000 });
    const claiming = ledger.claim(job.id, 'a worker', 60);
    await sleep(150);
    expect(await ledger.find(job.id)).toMatchObject({ state: 'queued' });
    expect(await ledger.confirm(job.id)).toBe(true);
    expect((await claiming).kind).toBe('claimed');
  });

  it('cannot be confirmed any more once it was given up', async () => {
    const ledger = stack.ledger();
    const job = freshJob();
    await ledger.admit(job, 100, {}, { confirmBy: Date.now() });
    await ledger.giveUpUnconfirmed(job.id);
    expect(await ledger.confirm(job.id)).toBe(false);
    await ledger.admit(job, 100);
    expect((await ledger.claim(job.id, 'a worker', 60)).kind, 'asked for again').toBe('claimed');
  });
});
