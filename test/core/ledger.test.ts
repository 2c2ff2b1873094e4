import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LeaseLost } from '../../core/ledger/lease.ts';
import type { Ledger } from '../../core/ledger.ts';
import type { Job } from '../../core/job.ts';
import { type TestStack, startTestStack } from '../local-stack.ts';
import { imagineJob, newSnowflake, refineJob } from './example-jobs.ts';

let stack: TestStack;
let ledger: Ledger;

beforeAll(async () => {
  stack = await startTestStack();
  ledger = stack.ledger();
});
afterAll(() => stack.close());

const PICTURE = { key: 'pictures/1/0.png', paintedKey: 'painted/1/0.png', seed: 7, width: 128, height: 128 };

/** A job of a person who has done nothing yet. */
function freshJob(): Job {
  return imagineJob({ userId: newSnowflake() });
}

async function postedJob(job = freshJob()): Promise<{ job: Job; messageId: string }> {
  const messageId = newSnowflake();
  await ledger.admit(job, 100);
  await ledger.claim(job.id, 'worker', 60);
  await ledger.markPainted(job.id, 'worker', [PICTURE]);
  await ledger.markPosted(job.id, { channelId: job.channelId, messageIds: [messageId] });
  return { job, messageId };
}

describe('admission', () => {
  it('reserves the cost and says what is left and how many are ahead', async () => {
    const job = freshJob();
    const admission = await ledger.admit(job, 150);
    expect(admission).toMatchObject({
      kind: 'admitted',
      cost: 150,
      balance: { limit: 2000, spent: 0, reserved: 150, left: 1850 },
    });
    await ledger.markSent(job.id);
    const next = imagineJob({ userId: job.userId, createdAt: job.createdAt + 1 });
    const second = await ledger.admit(next, 150);
    expect(second).toMatchObject({ position: admission.kind === 'admitted' ? admission.position + 1 : Number.NaN });
    await ledger.end(job.id, { state: 'cancelled', reason: 'over' });
    await ledger.end(next.id, { state: 'cancelled', reason: 'over' });
  });

  it('of the same job happens once, whatever else the second one says', async () => {
    const job = freshJob();
    await ledger.admit(job, 100);
    expect(await ledger.admit(imagineJob({ ...job, work: { seed: 8 } }), 200)).toEqual({ kind: 'already-admitted' });
    expect(await ledger.balance(job.userId, job.guildId)).toMatchObject({ reserved: 100 });
  });

  it('stops exactly at the limit when everybody asks at once', async () => {
    const userId = newSnowflake();
    const jobs = Array.from({ length: 30 }, () => imagineJob({ userId }));
    const admissions = await Promise.all(jobs.map((job) => ledger.admit(job, 100)));
    expect(admissions.filter(({ kind }) => kind === 'admitted')).toHaveLength(20);
    expect(admissions.filter(({ kind }) => kind === 'out-of-credits')).toHaveLength(10);
    expect(await ledger.balance(userId, jobs[0]?.guildId ?? null)).toMatchObject({ reserved: 2000, left: 0 });
  });

  it('refuses a job that costs more than a day gives, even to someone who has spent nothing', async () => {
    expect(await ledger.admit(freshJob(), 2001)).toMatchObject({ kind: 'out-of-credits', balance: { left: 2000 } });
  });

  it('leaves no row behind when credits are short', async () => {
    const job = freshJob();
    await ledger.admit(imagineJob({ userId: job.userId }), 2000);
    expect(await ledger.admit(job, 100)).toMatchObject({ kind: 'out-of-credits' });
    expect(await ledger.find(job.id)).toBeUndefined();
  });

  it('keeps guilds and days apart', async () => {
    const job = freshJob();
    await ledger.admit(job, 2000);
    expect(await ledger.balance(job.userId, newSnowflake())).toMatchObject({ left: 2000 });
    expect(await ledger.balance(job.userId, null)).toMatchObject({ left: 2000 });
    const tomorrow = stack.ledger({ now: () => Date.now() + 24 * 3600 * 1000 });
    expect(await tomorrow.balance(job.userId, job.guildId)).toMatchObject({ left: 2000 });
  });

  it('is open again to a job that ended uncharged, and charges it once', async () => {
    const { messageId } = await postedJob();
    const job = refineJob({ jobId: '1', index: 0, pictureKey: 'painted/1/0.png', channelId: '4', messageId }, { userId: newSnowflake() });
    await ledger.admit(job, 100);
    await ledger.end(job.id, { state: 'failed', reason: 'the worker died' });
    expect(await ledger.admit(job, 100)).toMatchObject({ kind: 'admitted', balance: { reserved: 100, spent: 0 } });
    expect(await ledger.find(job.id)).toMatchObject({ state: 'queued', attempt: 2 });
    expect(await ledger.find(job.id)).not.toHaveProperty('reason');
  });
});

describe('a lease', () => {
  it('is given to one worker only', async () => {
    const job = freshJob();
    await ledger.admit(job, 100);
    const claims = await Promise.all(['a', 'b', 'c', 'd'].map((owner) => ledger.claim(job.id, owner, 60)));
    expect(claims.map(({ kind }) => kind).toSorted()).toEqual([
      'claimed',
      'running-elsewhere',
      'running-elsewhere',
      'running-elsewhere',
    ]);
  });

  it('is not given twice to the same worker, since a message may be delivered twice', async () => {
    const job = freshJob();
    await ledger.admit(job, 100);
    await ledger.claim(job.id, 'a', 60);
    expect(await ledger.claim(job.id, 'a', 60)).toEqual({ kind: 'running-elsewhere' });
  });

  it('passes on when it ends, with the checkpoint, and is lost to the first worker', async () => {
    const job = freshJob();
    await ledger.admit(job, 100);
    await ledger.claim(job.id, 'a', 60);
    await ledger.saveCheckpoint(job.id, 'a', { stage: 'handover', keys: ['checkpoints/1'] });
    const later = stack.ledger({ now: () => Date.now() + 61_000 });
    expect(await later.claim(job.id, 'b', 60)).toMatchObject({
      kind: 'claimed',
      row: { owner: 'b', checkpoint: { stage: 'handover', keys: ['checkpoints/1'] } },
    });
    expect(await ledger.extendLease(job.id, 'a', 60)).toBe(false);
    await expect(ledger.markPainted(job.id, 'a', [PICTURE])).rejects.toThrow(LeaseLost);
    await expect(ledger.saveCheckpoint(job.id, 'a', { stage: 'x', keys: [] })).rejects.toThrow(LeaseLost);
  });

  it('that was given back can be taken at once', async () => {
    const job = freshJob();
    await ledger.admit(job, 100);
    await ledger.claim(job.id, 'a', 60);
    await ledger.release(job.id, 'a');
    expect(await ledger.claim(job.id, 'b', 60)).toMatchObject({ kind: 'claimed' });
  });

  it('of a painted job leaves only the posting to do', async () => {
    const job = freshJob();
    await ledger.admit(job, 100);
    await ledger.claim(job.id, 'a', 60);
    await ledger.markPainted(job.id, 'a', [PICTURE]);
    expect(await ledger.claim(job.id, 'b', 60)).toEqual({ kind: 'running-elsewhere' });
    await ledger.release(job.id, 'a');
    expect(await ledger.claim(job.id, 'b', 60)).toMatchObject({ kind: 'resume-post', row: { pictures: [PICTURE] } });
  });

  it('is not given for a job that is over or was never admitted', async () => {
    const { job } = await postedJob();
    expect(await ledger.claim(job.id, 'b', 60)).toMatchObject({ kind: 'finished', row: { state: 'posted' } });
    expect(await ledger.claim('never', 'b', 60)).toEqual({ kind: 'unknown' });
  });
});

describe('the end of a job', () => {
  it('charges a posted picture once', async () => {
    const { job, messageId } = await postedJob();
    const again = await ledger.markPosted(job.id, { channelId: job.channelId, messageIds: [messageId] });
    expect(again).toBe('already-posted');
    expect(await ledger.balance(job.userId, job.guildId)).toMatchObject({ spent: 100, reserved: 0, left: 1900 });
  });

  it('gives everything back once when no picture came', async () => {
    const job = freshJob();
    await ledger.admit(job, 100);
    expect(await ledger.end(job.id, { state: 'failed', reason: 'it broke' })).toBe('ended');
    expect(await ledger.end(job.id, { state: 'failed', reason: 'it broke' })).toBe('already-ended');
    expect(await ledger.balance(job.userId, job.guildId)).toMatchObject({ spent: 0, reserved: 0, left: 2000 });
  });

  it('is one of charge and refund, whoever comes first', async () => {
    const job = freshJob();
    await ledger.admit(job, 100);
    await ledger.claim(job.id, 'a', 60);
    await ledger.markPainted(job.id, 'a', [PICTURE]);
    const [posted, ended] = await Promise.all([
      ledger.markPosted(job.id, { channelId: '4', messageIds: [newSnowflake()] }),
      ledger.end(job.id, { state: 'failed', reason: 'third receive' }),
    ]);
    const charged = posted === 'posted';
    expect(ended).toBe(charged ? 'already-ended' : 'ended');
    expect(await ledger.balance(job.userId, job.guildId)).toMatchObject({ spent: charged ? 100 : 0, reserved: 0 });
  });

  it('of a job from yesterday settles yesterday’s account', async () => {
    const yesterday = stack.ledger({ now: () => Date.now() - 24 * 3600 * 1000 });
    const job = freshJob();
    await yesterday.admit(job, 100);
    await ledger.end(job.id, { state: 'failed', reason: 'slow' });
    expect(await yesterday.balance(job.userId, job.guildId)).toMatchObject({ reserved: 0 });
    expect(await ledger.balance(job.userId, job.guildId)).toMatchObject({ reserved: 0, left: 2000 });
  });

  it('is unknown for a job that never was', async () => {
    expect(await ledger.end('never', { state: 'failed', reason: 'x' })).toBe('unknown');
  });

  it('leads from a message back to its pictures, and from a foreign message to nothing', async () => {
    const { job, messageId } = await postedJob();
    expect(await ledger.findByMessage(messageId)).toMatchObject({
      channelId: job.channelId,
      row: { job: { id: job.id }, pictures: [PICTURE], posted: { messageIds: [messageId] } },
    });
    expect(await ledger.findByMessage(newSnowflake())).toBeUndefined();
  });
});
