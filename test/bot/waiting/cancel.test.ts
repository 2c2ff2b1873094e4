import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createCustomIds } from '../../../bot/custom-id/custom-ids.ts';
import { handleInteraction } from '../../../bot/interactions/handle-interaction.ts';
import type { Job } from '../../../core/job.ts';
import type { Ledger } from '../../../core/ledger.ts';
import { DEMO } from '../../../core/model.ts';
import { imagineJob, newSnowflake } from '../../core/example-jobs.ts';
import { type TestStack, startTestStack } from '../../local-stack.ts';
import { keepLog } from '../quiet-log.ts';
import { unusedDiscord } from '../unused-discord.ts';
import { pressedButton } from './pressed-button.ts';

const MANAGE_MESSAGES = 1n << 13n;
const customIds = createCustomIds(['a key']);
let stack: TestStack;
let ledger: Ledger;
let job: Job;
beforeAll(async () => {
  stack = await startTestStack();
  ledger = stack.ledger();
});
afterAll(() => stack.close());
beforeEach(async () => {
  job = imagineJob({ userId: newSnowflake() });
  await ledger.admit(job, 100);
});

const left = async () => (await ledger.balance(job.userId, job.guildId)).left;

async function press(userId: string, permissions = 0n, guildId?: string) {
  const ports = { ledger, queue: stack.queue, model: DEMO, now: Date.now, randomSeed: () => 7, customIds, discord: unusedDiscord, log: keepLog() };
  return handleInteraction(pressedButton(customIds.write('cancel', job.id), { userId, permissions, ...(guildId && { guildId }) }), ports);
}

const inItsPlace = { type: 7, data: { embeds: [{ title: 'Cancelled', footer: { text: 'Nothing was charged.' } }], components: [], attachments: [] } };
const toThePresser = (title: string) => ({ type: 4, data: { flags: 64, embeds: [{ title }] } });

test('whoever asked for a job in line cancels it: the card says so and the credits are back', async () => {
  const before = await left();
  expect(await press(job.userId)).toMatchObject(inItsPlace);
  expect(await left()).toBe(before + 100);
  expect(await ledger.find(job.id)).toMatchObject({ state: 'cancelled', reason: 'by-asker' });
  expect(await ledger.claim(job.id, 'a worker', 60)).toMatchObject({ kind: 'finished' });
});

test('pressed again it says the same, and gives nothing back a second time', async () => {
  await press(job.userId);
  const once = await left();
  expect(await press(job.userId)).toMatchObject(inItsPlace);
  expect(await left()).toBe(once);
});

test('a moderator of that server may, and the card says who it was', async () => {
  expect(JSON.stringify(await press(newSnowflake(), MANAGE_MESSAGES))).toContain('Cancelled by a moderator before its turn came.');
});

test('nobody else may', async () => {
  expect(await press(newSnowflake())).toMatchObject(toThePresser('That is not yours to cancel'));
  expect(await press(newSnowflake(), MANAGE_MESSAGES, '300000000000000009')).toMatchObject(toThePresser('That is not yours to cancel'));
  expect(await ledger.find(job.id)).toMatchObject({ state: 'queued' });
});

test('a job that is being painted ends, and its worker cannot keep it', async () => {
  await ledger.claim(job.id, 'a worker', 60);
  expect(JSON.stringify(await press(job.userId))).toContain('while it was being painted');
  expect(await ledger.extendLease(job.id, 'a worker', 60)).toBe(false);
});

test('a picture that has arrived stays, and its asker hears how to take it down', async () => {
  await ledger.claim(job.id, 'a worker', 60);
  await ledger.markPainted(job.id, 'a worker', []);
  expect(await press(job.userId)).toMatchObject(toThePresser('Nothing to cancel any more'));
  await ledger.markPosted(job.id, { channelId: '1', messageIds: ['2'] });
  expect(JSON.stringify(await press(job.userId))).toContain('It had arrived already');
});

test('a job that nobody knows any more is told kindly', async () => {
  job = imagineJob();
  expect(await press(job.userId)).toMatchObject(toThePresser('Nothing to cancel any more'));
});
