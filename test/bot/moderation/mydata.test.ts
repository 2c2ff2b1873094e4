import { afterAll, beforeAll, expect, test } from 'vitest';
import { createCustomIds } from '../../../bot/custom-id/custom-ids.ts';
import { handleInteraction } from '../../../bot/interactions/handle-interaction.ts';
import type { LatePorts } from '../../../bot/ports.ts';
import { examineWithoutPixels } from '../../../bot/verify/examine-without-pixels.ts';
import { DEMO } from '../../../core/model.ts';
import { imagineJob, newSnowflake } from '../../core/example-jobs.ts';
import { type TestStack, startTestStack } from '../../local-stack.ts';
import { violations } from '../discord-rules.ts';
import { commandInteraction } from '../interactions/example-interaction.ts';
import { keepLog } from '../quiet-log.ts';
import { unusedDiscord } from '../unused-discord.ts';

const GUILD = '300000000000000001';
let stack: TestStack;

beforeAll(async () => {
  stack = await startTestStack();
});
afterAll(() => stack.close());

async function exported(userId: string, guildId: string | null = GUILD) {
    const ports: LatePorts = { ledger: stack.ledger({ dailyLimit: 1_000_000 }), queue: stack.queue, pictures: stack.pictures, examinePicture: examineWithoutPixels, model: DEMO, now: Date.now, randomSeed: () => 7, customIds: createCustomIds(['a key']), discord: unusedDiscord, log: keepLog() };
  const raw = commandInteraction({ userId, guildId, name: 'mydata' });
  const answer = await handleInteraction({ ...raw, data: { id: '6', name: 'mydata', type: 1, options: [{ name: 'export', type: 1, options: [] }] } }, ports);
  if (!('later' in answer)) throw new Error('the export comes late');
  const late = await answer.later(ports);
  if (!('files' in late)) throw new Error('no file');
  expect(violations('IncomingWebhookUpdateRequestPartialSchema', late.card)).toEqual([]);
  const text = new TextDecoder().decode(late.files[0]?.data);
  return { text, card: JSON.stringify(late.card), data: JSON.parse(text) as Record<'jobs' | 'entries' | 'accounts' | 'terms', { job: { id: string } }[]> };
}

test('the export holds all of the asker’s rows, more than fit one page of keys, and nobody else’s', async () => {
  const userId = newSnowflake();
  const other = newSnowflake();
  const ledger = stack.ledger({ dailyLimit: 1_000_000 });
  const mine = Array.from({ length: 105 }, (_, i) => imagineJob({ userId, work: { prompt: `a house, number ${i}` } }));
  for (const job of mine) await ledger.admit(job, 1);
  await ledger.admit(imagineJob({ userId: other, work: { prompt: 'a secret' } }), 100);
  await ledger.moderation.accept(userId, 'open-rail-pp-m', 1);

  const { text, card, data } = await exported(userId);
  expect(data.jobs.map(({ job }) => job.id).toSorted()).toEqual(mine.map(({ id }) => id).toSorted());
  expect([data.entries.length, data.accounts.length, data.terms.length]).toEqual([105, 3, 1]);
  expect(card).toContain('105 jobs');
  expect(text).toContain('a house, number 104');
  expect(text).not.toContain('a secret');
  expect(text).not.toContain('interaction-token');
}, 120_000);

test('the export of somebody unknown is empty', async () => {
  expect((await exported(newSnowflake(), null)).data).toMatchObject({ jobs: [], entries: [], accounts: [], terms: [] });
});
