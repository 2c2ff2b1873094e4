import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Card } from '../../../bot/cards/card.ts';
import { createCustomIds } from '../../../bot/custom-id/custom-ids.ts';
import { handleInteraction } from '../../../bot/interactions/handle-interaction.ts';
import type { Ledger } from '../../../core/ledger.ts';
import { DEMO } from '../../../core/model.ts';
import { imagineJob, newSnowflake } from '../../core/example-jobs.ts';
import { type TestStack, startTestStack } from '../../local-stack.ts';
import { violations } from '../discord-rules.ts';
import { commandInteraction } from '../interactions/example-interaction.ts';
import { keepLog } from '../quiet-log.ts';
import { pressedButton } from '../waiting/pressed-button.ts';
import { unusedDiscord } from '../unused-discord.ts';

const customIds = createCustomIds(['a key']);
let stack: TestStack;
let ledger: Ledger;
let userId: string;
let edits: { readonly token: string; readonly card: Card }[];
beforeAll(async () => {
  stack = await startTestStack();
  ledger = stack.ledger();
});
afterAll(() => stack.close());
beforeEach(() => {
  userId = newSnowflake();
  edits = [];
});

async function answer(raw: unknown): Promise<string> {
  const editOriginal = async (_: string, token: string, card: Card) => {
    edits.push({ token, card });
    return { id: '1', channel_id: '2', attachments: [] };
  };
  const discord = { ...unusedDiscord, editOriginal };
  const response = await handleInteraction(raw, { ledger, queue: stack.queue, model: DEMO, now: Date.now, randomSeed: () => 7, customIds, discord, log: keepLog() });
  if (!('type' in response)) throw new Error('a late answer');
  if (response.type === 4) expect(violations('CreateMessageInteractionCallbackRequestSchema', response)).toEqual([]);
  return JSON.stringify(response);
}

async function inLine(who: string) {
  const job = imagineJob({ userId: who });
  await ledger.admit(job, 100);
  await ledger.markSent(job.id);
  return job;
}

test('/status counts the line and the workers, and lists one’s own jobs alone', async () => {
  expect(await answer(commandInteraction({ userId, name: 'status', options: {} }))).toContain('Empty: what you ask for now is next.');
  const theirs = await inLine(newSnowflake());
  await inLine(userId);
  await ledger.claim(theirs.id, 'a worker', 60);
  await ledger.workforce.report('a worker', { models: ['demo'], provider: 'cpu', slots: 1, busy: 1, startedAt: 0 });
  await ledger.workforce.recordJob('demo', { megapixelSteps: 0.4, painting: 8, rest: 2 });
  const text = await answer(commandInteraction({ userId, name: 'status', options: {} }));
  expect(text).toContain('"flags":64');
  expect(text).toContain('1 being painted, 1 waiting.');
  expect(text).toContain('1 worker with Refinery demo on CPU');
  expect(text).toMatch(/a red house under a yellow sun: after 1 other, about \d+–\d+ s/);
  expect(text).toContain('Cancel it');
  expect(text).not.toContain('Cancel 2');
});

test('a job cancelled from the list leaves it, and its own card says so', async () => {
  const job = await inLine(userId);
  const text = await answer(pressedButton(customIds.write('cancel-listed', job.id), { userId }));
  expect(text).toContain('"type":7');
  expect(text).toContain('None in line.');
  expect(await ledger.find(job.id)).toMatchObject({ state: 'cancelled' });
  expect(edits).toMatchObject([{ token: 'interaction-token', card: { embeds: [{ title: 'Cancelled' }] } }]);
});

test('it looks again when asked to', async () => {
  expect(await answer(pressedButton(customIds.write('status'), { userId }))).toContain('How things stand');
});
