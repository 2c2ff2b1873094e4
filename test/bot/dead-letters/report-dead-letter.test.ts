import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Card } from '../../../bot/cards/card.ts';
import { reportBatch } from '../../../bot/dead-letters/report-batch.ts';
import type { DeadLetterPorts } from '../../../bot/dead-letters/report-dead-letter.ts';
import { StillRunning, reportDeadLetter } from '../../../bot/dead-letters/report-dead-letter.ts';
import { watchDeadLetters } from '../../../bot/dead-letters/watch-dead-letters.ts';
import { Broke, TokenExpired, Unreachable } from '../../../bot/rest/discord-errors.ts';
import type { Job } from '../../../core/job.ts';
import { MalformedJob, serializeJob } from '../../../core/job.ts';
import { imagineJob, newSnowflake, refineJob } from '../../core/example-jobs.ts';
import type { TestStack } from '../../local-stack.ts';
import { startTestStack } from '../../local-stack.ts';
import { violations } from '../discord-rules.ts';
import { keepLog } from '../quiet-log.ts';
import { receiveJobs } from '../receive-jobs.ts';

let stack: TestStack;
let said: { how: string; where: string; card: Card }[];
let log: ReturnType<typeof keepLog>;
let ports: DeadLetterPorts;

beforeAll(async () => {
  stack = await startTestStack();
});
afterAll(() => stack.close());

const say = (how: string) => async (where: string, ...rest: unknown[]) => {
  const card = rest.find((each) => typeof each === 'object') as Card;
  expect(violations('MessageCreateRequestSchema', card)).toEqual([]);
  said.push({ how, where, card });
  return { id: newSnowflake(), channel_id: where, attachments: [] };
};
const fail = (error: Error) => async () => {
  throw error;
};
const expired = new TokenExpired('gone', 'PATCH /webhooks/1/…', 404, 10015);
const closed = new Unreachable('closed', 'POST /channels/1/messages', 403, 50001);
const down = new Broke('down', 'POST /channels/1/messages', 503, undefined);

beforeEach(() => {
  said = [];
  log = keepLog();
  ports = {
    ledger: stack.ledger(),
    queue: stack.queue,
    discord: { original: async (applicationId) => ({ id: newSnowflake(), channel_id: applicationId, attachments: [] }), editOriginal: say('edit'), post: say('post'), edit: async () => ({ id: '1', channel_id: '2', attachments: [] }), directMessage: say('dm') },
    now: Date.now,
    log,
  };
});

async function admitted(job: Job = imagineJob({ userId: newSnowflake() })): Promise<Job> {
  await stack.ledger().admit(job, 100);
  return job;
}
const heldFor = async ({ userId, guildId }: Job) => {
  const { limit, left } = await stack.ledger().balance(userId, guildId);
  return limit - left;
};

describe('a job that no worker could finish', () => {
  test('is refunded, and its card says so', async () => {
    const job = await admitted();
    expect(await heldFor(job)).toBe(100);
    expect(await reportDeadLetter(serializeJob(job), ports)).toBe('told');
    expect(await heldFor(job)).toBe(0);
    expect(await stack.ledger().find(job.id)).toMatchObject({ state: 'failed', reason: 'gave-up' });
    expect(said).toMatchObject([{ how: 'edit', card: { embeds: [{ footer: { text: 'Nothing was charged.' } }] } }]);
  });

  test('is told in the channel, to the asker, when the interaction token is dead or old', async () => {
    for (const [receivedAt, editOriginal] of [
      [Date.now(), fail(expired)],
      [Date.now() - 14 * 60_000, say('edit')],
    ] as const) {
      const job = await admitted(imagineJob({ userId: newSnowflake(), reply: { kind: 'interaction', applicationId: '1', token: 't', receivedAt } }));
      said = [];
      expect(await reportDeadLetter(serializeJob(job), { ...ports, discord: { ...ports.discord, editOriginal } })).toBe('told');
      expect(said).toMatchObject([{ how: 'post', where: job.channelId, card: { content: `<@${job.userId}>`, nonce: job.id, enforce_nonce: true } }]);
    }
  });

  test('of a reaction is told as a reply', async () => {
    const source = { jobId: '1', index: 0, pictureKey: 'painted/1/0.png', channelId: '400000000000000001', messageId: newSnowflake() };
    await reportDeadLetter(serializeJob(await admitted(refineJob(source, { userId: newSnowflake() }))), ports);
    expect(said).toMatchObject([{ how: 'post', card: { message_reference: { message_id: source.messageId } } }]);
  });

  test('is told in a direct message when the channel is closed, and to nobody when that is too', async () => {
    const discord = { ...ports.discord, editOriginal: fail(expired), post: fail(closed) };
    expect(await reportDeadLetter(serializeJob(await admitted()), { ...ports, discord })).toBe('told');
    expect(said).toMatchObject([{ how: 'dm' }]);
    expect(await reportDeadLetter(serializeJob(await admitted()), { ...ports, discord: { ...discord, directMessage: fail(closed) } })).toBe('nobody-to-tell');
  });

  test('that was private is told of in the channel when direct messages are closed: that they are, and nothing of what was asked for', async () => {
    const discord = { ...ports.discord, editOriginal: fail(expired), original: fail(expired), directMessage: fail(closed) };
    const job = await admitted(imagineJob({ userId: newSnowflake(), private: true, work: { prompt: 'a secret garden' } }));
    expect(await reportDeadLetter(serializeJob(job), { ...ports, discord })).toBe('told');
    expect(said).toMatchObject([{ how: 'post', where: job.channelId, card: { content: `<@${job.userId}>`, nonce: job.id, embeds: [{ footer: { text: 'Nothing was charged.' } }] } }]);
    expect(JSON.stringify(said)).not.toMatch(/secret|private/);
    const alone = await admitted(imagineJob({ userId: newSnowflake(), guildId: null, private: true }));
    expect(await reportDeadLetter(serializeJob(alone), { ...ports, discord })).toBe('nobody-to-tell');
  });

  test('is told at the next try when Discord was down, and refunded once', async () => {
    const job = await admitted();
    await expect(reportDeadLetter(serializeJob(job), { ...ports, discord: { ...ports.discord, editOriginal: fail(down) } })).rejects.toBe(down);
    expect(await reportDeadLetter(serializeJob(job), ports)).toBe('told');
    expect(await heldFor(job)).toBe(0);
  });
});

describe('left alone is', () => {
  test('a job whose answer was given', async () => {
    const job = await admitted();
    await stack.ledger().end(job.id, { state: 'refused', reason: 'model-missing' });
    expect(await reportDeadLetter(serializeJob(job), ports)).toBe('already-over');
    expect(said).toEqual([]);
  });
  test('a job that a worker holds, until its lease is over', async () => {
    const job = await admitted();
    await stack.ledger().claim(job.id, 'worker', 60);
    await expect(reportDeadLetter(serializeJob(job), ports)).rejects.toThrow(StillRunning);
    expect(await reportDeadLetter(serializeJob(job), { ...ports, now: () => Date.now() + 61_000 })).toBe('told');
  });
  test('a job that the ledger does not know', async () => {
    expect(await reportDeadLetter(serializeJob(imagineJob()), ports)).toBe('unknown-job');
  });
});

test('a painted picture goes back to the queue to be posted, for a day', async () => {
  const job = await admitted();
  const ledger = stack.ledger();
  await ledger.claim(job.id, 'worker', 60);
  await ledger.markPainted(job.id, 'worker', [{ key: 'k', paintedKey: 'p', seed: 1, width: 128, height: 128 }]);
  expect(await reportDeadLetter(serializeJob(job), ports)).toBe('sent-again');
  expect(await receiveJobs(stack.queue)).toMatchObject([{ id: job.id }]);
  expect(await heldFor(job)).toBe(100);
  expect(await reportDeadLetter(serializeJob(job), { ...ports, now: () => Date.now() + 25 * 3600_000 })).toBe('told');
});

test('a batch keeps what could not be reported, and what is no job, with the reason in the log and no prompt', async () => {
  const job = await admitted();
  const event = {
    Records: [
      { messageId: 'good', body: serializeJob(job) },
      { messageId: 'not-json', body: 'my very private prompt' },
      { messageId: 'from-tomorrow', body: JSON.stringify({ ...job, version: 2, secret: 'my very private prompt' }) },
    ],
  };
  expect(await reportBatch(event, ports)).toEqual({ batchItemFailures: [{ itemIdentifier: 'not-json' }, { itemIdentifier: 'from-tomorrow' }] });
  expect(log.lines.filter(({ level }) => level === 'error').map(({ reason }) => reason)).toEqual([
    'MalformedJob: job message: not JSON',
    'MalformedJob: job message: version does not fit: expected 1',
  ]);
  expect(JSON.stringify(log.lines)).not.toContain('private');
  await expect(reportDeadLetter('{}', ports)).rejects.toThrow(MalformedJob);
});

test('where no Lambda watches the dead-letter queue, the bot does, until it is stopped', async () => {
  const job = await admitted();
  const stopping = new AbortController();
  const told = new Promise<void>((resolve) => {
    ports = { ...ports, discord: { ...ports.discord, editOriginal: (...args) => say('edit')(...args).finally(resolve) } };
  });
  const watching = watchDeadLetters(stack.deadLetters, ports, stopping.signal);
  await stack.deadLetters.send(job);
  await told;
  stopping.abort();
  await watching;
  expect(await heldFor(job)).toBe(0);
  expect(await receiveJobs(stack.deadLetters)).toEqual([]);
});
