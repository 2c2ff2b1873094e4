import { PurgeQueueCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Job } from '../../../core/job.ts';
import type { Ledger } from '../../../core/ledger.ts';
import { LeaseLost } from '../../../core/ledger/lease.ts';
import { MAX_RECEIVES } from '../../../core/limits.ts';
import { type Consumer, startConsumer } from '../../../gpu-worker/consumer/consumer.ts';
import type { JobInHand } from '../../../gpu-worker/consumer/job-in-hand.ts';
import type { LoopEvent } from '../../../gpu-worker/consumer/loop-event.ts';
import type { ConsumerOptions, ConsumerPorts } from '../../../gpu-worker/consumer/ports.ts';
import { Cancelled, Draining, PutOff } from '../../../gpu-worker/consumer/stop-reasons.ts';
import { Refused } from '../../../gpu-worker/refused.ts';
import { imagineJob } from '../../core/example-jobs.ts';
import { type TestStack, startTestStack } from '../../local-stack.ts';

let stack: TestStack;
let ledger: Ledger;
const consumers: Consumer[] = [];
beforeAll(async () => {
  stack = await startTestStack();
  ledger = stack.ledger();
});
afterEach(async () => {
  await Promise.all(consumers.splice(0).map((consumer) => consumer.drain()));
});
afterAll(() => stack.close());

/** A consumer on the real queue and ledger; what a job's work does, and what is watched, is the test's own. */
function consume(work: ConsumerPorts['work'], changes: Partial<ConsumerPorts> = {}, options: ConsumerOptions = {}) {
  const { queue } = stack;
  const visibilitySeconds = options.visibilitySeconds ?? 2;
  const owner = `worker-${Math.random()}`;
  const events: LoopEvent[] = [];
  const waiting = new Set<() => void>();
  const consumer = startConsumer(
    {
      receive: (max, signal) => queue.receive({ max, waitSeconds: 5, visibilitySeconds, signal }),
      hide: (receiptHandle, seconds) => queue.extend(receiptHandle, seconds),
      remove: (receiptHandle) => queue.delete(receiptHandle),
      sendAgain: (job, delaySeconds) => queue.send(job, delaySeconds),
      claim: (jobId, leaseSeconds) => ledger.claim(jobId, owner, leaseSeconds),
      renewLease: async (jobId, leaseSeconds) => {
        if (await ledger.extendLease(jobId, owner, leaseSeconds)) return 'held';
        return (await ledger.find(jobId))?.state === 'cancelled' ? 'cancelled' : 'lost';
      },
      release: (jobId) => ledger.release(jobId, owner),
      work,
      refuse: () => Promise.resolve(),
      report: (event) => {
        events.push(event);
        for (const look of waiting) look();
      },
      ...changes,
    },
    { visibilitySeconds, ...options },
  );
  consumers.push(consumer);
  const seen = (name: LoopEvent['name'], jobId?: string) =>
    new Promise<LoopEvent>((resolve) => {
      const look = () => {
        const event = events.find((candidate) => candidate.name === name && (jobId === undefined || candidate.jobId === jobId));
        if (!event) return;
        waiting.delete(look);
        resolve(event);
      };
      waiting.add(look);
      look();
    });
  return { consumer, events, seen, owner };
}

async function order(job: Job = imagineJob()): Promise<Job> {
  await ledger.admit(job, 1);
  await stack.queue.send(job);
  return job;
}

/** Works until it is told to stop. */
function untilStopped({ signal }: JobInHand): Promise<void> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
}

async function purge(): Promise<void> {
  await stack.clients.sqs.send(new PurgeQueueCommand({ QueueUrl: stack.names.JOBS_QUEUE_URL }));
}

async function messagesLeft(): Promise<number> {
  return (await stack.queue.receive({ max: 10, waitSeconds: 0, visibilitySeconds: 0 })).length;
}

describe('a consumer', () => {
  it('hands a job to its work and deletes the message when that is done', async () => {
    const job = await order();
    const worked: string[] = [];
    const { seen } = consume(async ({ row, from }) => void worked.push(`${row.job.id} ${from}`));
    await seen('message:delete:ok', job.id);
    expect(worked).toEqual([`${job.id} paint`]);
    expect(await messagesLeft()).toBe(0);
  });

  it('leaves a job whose model it lacks to a worker that has it, however often it was offered it', async () => {
    const job = await order();
    const lacking = consume(() => Promise.reject(new Error('it lacks the model')), { belongsElsewhere: async () => true });
    await lacking.seen('job:route:elsewhere', job.id);
    await lacking.consumer.drain();
    expect(await messagesLeft()).toBe(0);
    const having = consume(() => Promise.resolve(), { belongsElsewhere: async () => false });
    expect(await having.seen('job:claim:claimed', job.id)).toMatchObject({ receiveCount: 1 });
    await having.seen('job:work:done', job.id);
  });

  it('takes a job all the same where nobody can say who has its model', async () => {
    const job = await order();
    const { seen } = consume(() => Promise.resolve(), { belongsElsewhere: () => Promise.reject(new Error('the ledger is down')) });
    await seen('job:work:done', job.id);
  });

  it('finishes a job in flight before it says that it has stopped', async () => {
    const job = await order();
    const happened: string[] = [];
    const { consumer, seen } = consume(async ({ signal }) => {
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
      await sleep(150); // posting goes on though the worker drains
      happened.push('finished');
    });
    await seen('job:claim:claimed', job.id);
    await consumer.drain().then(() => happened.push('stopped'));
    expect(happened).toEqual(['finished', 'stopped']);
    expect(await messagesLeft()).toBe(0);
  });

  it('gives a job that stopped for the drain back at once, for another worker to claim', async () => {
    const job = await order();
    let reason: unknown;
    const { consumer, seen } = consume((inHand) => untilStopped(inHand).catch((error: unknown) => {
      reason = error;
      throw error;
    }), {}, { visibilitySeconds: 60 });
    await seen('job:claim:claimed', job.id);
    await consumer.drain();
    expect(reason).toBeInstanceOf(Draining);
    const next = consume(() => Promise.resolve());
    await next.seen('job:work:done', job.id);
  });

  it('gives the message back over the head of a step that takes too long to end', async () => {
    const job = await order();
    let end: () => void = () => undefined;
    const { consumer, seen, events } = consume(() => new Promise<void>((resolve) => (end = resolve)), {}, { visibilitySeconds: 60, drainSeconds: 0.05 });
    await seen('job:claim:claimed', job.id);
    await consumer.drain();
    expect(events.map(({ name }) => name)).toContain('consumer:drain:overdue');
    const next = consume(() => Promise.resolve());
    await next.seen('job:work:done', job.id);
    end();
  });

  it('sends a job that drains kept interrupting once more, so that it is not taken for a failing one', async () => {
    const job = await order();
    for (let count = 1; count < MAX_RECEIVES; count += 1) {
      const [received] = await stack.queue.receive({ max: 1, waitSeconds: 1, visibilitySeconds: 30 });
      await stack.queue.extend(received?.receiptHandle ?? '', 0);
    }
    const { consumer, seen } = consume(untilStopped);
    expect((await seen('job:claim:claimed', job.id)).receiveCount).toBe(MAX_RECEIVES);
    await consumer.drain();
    const next = consume(() => Promise.resolve());
    expect((await next.seen('job:claim:claimed', job.id)).receiveCount).toBe(1);
    await next.seen('message:delete:ok', job.id);
    expect(await messagesLeft()).toBe(0);
  });

  it('puts a job off that is asked to wait, goes on with others, and does not take it for a failing one', async () => {
    const [limited, other] = [await order(), await order()];
    const happened: string[] = [];
    let tries = 0;
    const { events, seen } = consume(
      async ({ row }) => {
        if (row.job.id === other.id) return void happened.push('the other');
        if (++tries <= MAX_RECEIVES) throw new PutOff(300.2);
        happened.push('the one');
      },
      // The test does not wait for minutes.
      { hide: (receiptHandle, seconds) => stack.queue.extend(receiptHandle, seconds === 301 ? 1 : seconds), sendAgain: (job) => stack.queue.send(job, 1) },
    );
    await seen('message:send-again:ok', limited.id);
    await Promise.all([seen('message:delete:ok', other.id), seen('job:work:done', limited.id)]);
    expect(happened).toEqual(['the other', 'the one']);
    expect(events.flatMap(({ name, hiddenSeconds }) => (name === 'job:work:put-off' ? [hiddenSeconds] : []))).toEqual([301, 301, 301]);
    expect(await ledger.find(limited.id)).toMatchObject({ state: 'running' });
    await ledger.end(limited.id, { state: 'cancelled', reason: 'test' });
    await purge();
  });

  it('keeps the message hidden and the lease running for as long as the work takes', async () => {
    const job = await order();
    const { seen } = consume(() => sleep(3500)); // the visibility timeout is 2 s
    await seen('job:claim:claimed', job.id);
    const other = consume(() => Promise.resolve());
    await seen('message:delete:ok', job.id);
    expect(other.events.filter(({ jobId }) => jobId === job.id)).toEqual([]);
  });

  it('stops a job whose lease another worker took, and leaves its message to that one', async () => {
    const job = await order();
    let held: JobInHand | undefined;
    const { seen, events } = consume((inHand) => {
      held = inHand;
      return untilStopped(inHand);
    });
    await seen('job:claim:claimed', job.id);
    const tomorrow = stack.ledger({ now: () => Date.now() + 86_400_000 });
    expect((await tomorrow.claim(job.id, 'another', 60)).kind).toBe('claimed');
    await seen('job:work:stopped', job.id);
    expect(held?.signal.reason).toBeInstanceOf(LeaseLost);
    expect(held?.holdsLease()).toBe(false);
    expect(events.map(({ name }) => name)).not.toContain('message:delete:ok');
    await ledger.end(job.id, { state: 'failed', reason: 'test' });
    await seen('message:delete:ok', job.id);
  });

  it('knows that its lease ran out while it was paused, before any heartbeat tells it', async () => {
    const job = await order();
    let now = Date.now();
    const { seen, consumer } = consume(
      async (inHand) => {
        expect(inHand.holdsLease()).toBe(true);
        now += 2000; // the process was stopped for so long
        expect(inHand.holdsLease()).toBe(false);
        await inHand.renew(); // nobody took the job meanwhile
        expect(inHand.holdsLease()).toBe(true);
      },
      {},
      { now: () => now },
    );
    await seen('job:work:done', job.id);
    await consumer.drain();
  });

  it('stops a cancelled job and deletes its message', async () => {
    const job = await order();
    let reason: unknown;
    const { seen } = consume((inHand) => untilStopped(inHand).catch((error: unknown) => {
      reason = error;
      throw error;
    }));
    await seen('job:claim:claimed', job.id);
    await ledger.end(job.id, { state: 'cancelled', reason: 'asked to' });
    await seen('message:delete:ok', job.id);
    expect(reason).toBeInstanceOf(Cancelled);
  });

  it('does so long before the next heartbeat', async () => {
    const job = await order();
    const isCancelled: ConsumerPorts['isCancelled'] = async (jobId) => (await ledger.stateOf(jobId)) === 'cancelled';
    const { seen } = consume(untilStopped, { isCancelled }, { visibilitySeconds: 60 });
    await seen('job:claim:claimed', job.id);
    await ledger.end(job.id, { state: 'cancelled', reason: 'by-asker' });
    const cancelledAt = Date.now();
    await seen('message:delete:ok', job.id);
    expect(Date.now() - cancelledAt).toBeLessThan(6000); // it looks every 1.5 s; the heartbeat comes after 20 s
  });

  it('deletes a duplicate delivery of a finished job and leaves one of a running job alone', async () => {
    const finished = await order();
    const first = consume(() => Promise.resolve(), {}, { slots: 3 });
    await first.seen('message:delete:ok', finished.id);
    await ledger.end(finished.id, { state: 'failed', reason: 'test' });

    const running = await order();
    await first.consumer.drain();
    const second = consume(untilStopped, {}, { slots: 3, visibilitySeconds: 30 });
    await second.seen('job:claim:claimed', running.id);
    await stack.queue.send(finished);
    await stack.queue.send(running);
    await second.seen('job:claim:finished', finished.id);
    await second.seen('message:delete:ok', finished.id);
    await second.seen('job:claim:running-elsewhere', running.id);
    await sleep(50);
    expect(second.events.filter(({ name, jobId }) => jobId === running.id && name.startsWith('message:'))).toEqual([]);
    await ledger.end(running.id, { state: 'cancelled', reason: 'test' });
    await second.consumer.drain();
    await purge();
  });

  it.each([
    ['not JSON', 'paint me a house', 'not JSON'],
    ['of an unknown version', JSON.stringify({ ...imagineJob(), version: 99 }), 'version'],
    ['a job that was never admitted', JSON.stringify(imagineJob()), undefined],
  ])('leaves a message that is %s to the dead letters, says why, and goes on', async (_, body, reason) => {
    const { seen, events } = consume(() => Promise.resolve());
    await stack.clients.sqs.send(new SendMessageCommand({ QueueUrl: stack.names.JOBS_QUEUE_URL, MessageBody: body }));
    const [dead] = await stack.deadLetters.receive({ max: 1, waitSeconds: 10, visibilitySeconds: 30 });
    expect(dead?.body).toBe(body);
    await stack.deadLetters.delete(dead?.receiptHandle ?? '');
    if (reason) expect((await seen('message:parse:malformed')).reason).toContain(reason);
    else await seen('job:claim:unknown');
    expect(events.filter(({ name }) => name === 'message:give-back:ok')).toHaveLength(MAX_RECEIVES);
    expect(JSON.stringify(events)).not.toContain('house');
    const job = await order();
    await seen('message:delete:ok', job.id);
  });

  it('ends a refused job through its port and deletes the message', async () => {
    const job = await order();
    const refused: string[] = [];
    const { seen } = consume(() => Promise.reject(new Refused('original-missing')), {
      refuse: async (row, { reason }) => void refused.push(`${row.job.id} ${reason}`),
    });
    await seen('message:delete:ok', job.id);
    expect(refused).toEqual([`${job.id} original-missing`]);
  });

  it('keeps a refused job on the queue when the person could not be told', async () => {
    const job = await order();
    const { seen, consumer } = consume(() => Promise.reject(new Refused('original-missing')), {
      refuse: () => Promise.reject(new Error('Discord is down')),
    });
    expect((await seen('message:give-back:ok', job.id)).hiddenSeconds).toBe(5);
    await consumer.drain();
    await purge();
  });

  it('gives a failed job back to wait longer each time, and to the dead letters after the last', async () => {
    const job = await order();
    const { seen, events } = consume(() => Promise.reject(new Error('the host died')), {
      hide: async (receiptHandle) => stack.queue.extend(receiptHandle, 0), // the test does not wait
    });
    const [dead] = await stack.deadLetters.receive({ max: 1, waitSeconds: 10, visibilitySeconds: 30 });
    expect(dead?.body).toContain(job.id);
    await stack.deadLetters.delete(dead?.receiptHandle ?? '');
    await seen('job:work:failed', job.id);
    const waits = events.filter(({ name }) => name === 'message:give-back:ok').map(({ hiddenSeconds }) => hiddenSeconds);
    expect(waits).toEqual([5, 20, 0]);
  });

  it('gives the message back when the ledger cannot be reached', async () => {
    const job = await order();
    let calls = 0;
    const { seen } = consume(() => Promise.resolve(), {
      claim: (jobId, leaseSeconds) =>
        ++calls === 1 ? Promise.reject(new Error('DynamoDB is down')) : ledger.claim(jobId, 'second-try', leaseSeconds),
      hide: async (receiptHandle) => stack.queue.extend(receiptHandle, 0),
    });
    await seen('job:claim:failed', job.id);
    await seen('message:delete:ok', job.id);
  });

  it('goes on after the queue could not be reached', async () => {
    const job = await order();
    let calls = 0;
    const { seen } = consume(() => Promise.resolve(), {
      receive: (max, signal) =>
        ++calls === 1
          ? Promise.reject(new Error('SQS is down'))
          : stack.queue.receive({ max, waitSeconds: 5, visibilitySeconds: 2, signal }),
    });
    await seen('queue:receive:failed');
    await seen('message:delete:ok', job.id);
  });

  it('works on as many jobs as it has slots, and receives only while one is free', async () => {
    const jobs = await Promise.all([order(), order(), order(), order(), order()]);
    let atOnce = 0;
    let most = 0;
    const asked: number[] = [];
    const { seen } = consume(
      async () => {
        most = Math.max(most, ++atOnce);
        await sleep(30);
        atOnce -= 1;
      },
      {
        receive: (max, signal) => {
          asked.push(max + atOnce);
          return stack.queue.receive({ max, waitSeconds: 5, visibilitySeconds: 30, signal });
        },
      },
      { slots: 2, visibilitySeconds: 30 },
    );
    await Promise.all(jobs.map(({ id }) => seen('message:delete:ok', id)));
    expect(most).toBe(2);
    expect(Math.max(...asked)).toBeLessThanOrEqual(2);
  });

  it('refuses options that cannot work', () => {
    const ports = {} as ConsumerPorts; // never looked at
    expect(() => startConsumer(ports, { visibilitySeconds: 1 })).toThrow('too short for heartbeats');
    expect(() => startConsumer(ports, { slots: 0 })).toThrow('at least one slot');
  });
});
