import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { BudgetGuard } from '../../../bot/budget/budget-guard.ts';
import type { Card } from '../../../bot/cards/card.ts';
import { createCustomIds } from '../../../bot/custom-id/custom-ids.ts';
import { handleInteraction } from '../../../bot/interactions/handle-interaction.ts';
import { handleReaction } from '../../../bot/reactions/handle-reaction.ts';
import { standingOf } from '../../../core/budget/budget.ts';
import { DEMO } from '../../../core/model.ts';
import { imagineJob, newSnowflake } from '../../core/example-jobs.ts';
import { type TestStack, startTestStack } from '../../local-stack.ts';
import { MANAGE_GUILD } from '../../../bot/commands/quota-command.ts';
import { ALLOWED, commandInteraction } from '../interactions/example-interaction.ts';
import { keepLog } from '../quiet-log.ts';
import { receiveJobs } from '../receive-jobs.ts';

let stack: TestStack;
let told: Card[];
beforeAll(async () => void (stack = await startTestStack()));
afterAll(() => stack.close());
beforeEach(() => void (told = []));

const spent = (usd: number): BudgetGuard => async () => standingOf({ spentUsd: usd, owedUsd: 0 }, 100, Date.now());

function portsWith(budget: BudgetGuard) {
  const unexpected = () => Promise.reject(new Error('not needed'));
  const directMessage = async (_: string, card: Card) => {
    told.push(card);
    return { id: '1', channel_id: '2', attachments: [] };
  };
  const discord = { directMessage, remove: unexpected, download: unexpected, editOriginal: unexpected, post: unexpected, edit: unexpected, typing: async () => undefined };
  return { ledger: stack.ledger(), queue: stack.queue, model: DEMO, now: Date.now, randomSeed: () => 7, customIds: createCustomIds(['a key']), discord, budget, log: keepLog() };
}
const ask = async (budget: BudgetGuard, interaction: ReturnType<typeof commandInteraction>) => JSON.stringify(await handleInteraction(interaction, portsWith(budget)));
const imagine = (options: Record<string, string | number>) => commandInteraction({ userId: newSnowflake(), options: { prompt: 'a red house', ...options } });

test('with the month’s money spent, /imagine is refused kindly and to the asker alone, and nothing is charged', async () => {
  const text = await ask(spent(100), imagine({}));
  expect(text).toContain('No more pictures this month');
  expect(text).toContain('"flags":64');
  expect(text).toContain('Nothing was charged.');
  expect(await receiveJobs(stack.queue)).toEqual([]);
});

test('with it nearly spent, a picture gets fewer steps, and the card says so', async () => {
  const text = await ask(spent(95), imagine({ steps: 40 }));
  expect(text).toContain('17 steps instead of 40');
  expect(await receiveJobs(stack.queue)).toMatchObject([{ work: { steps: 17, count: 1 } }]);
});

test('with enough left nothing is different', async () => {
  expect(await ask(spent(94), imagine({ steps: 40 }))).not.toContain('Saving');
  expect(await receiveJobs(stack.queue)).toMatchObject([{ work: { steps: 40 } }]);
});

test('✨ is refused too, in a direct message', async () => {
  const ledger = stack.ledger();
  const job = imagineJob();
  await ledger.admit(job, 100);
  await ledger.claim(job.id, 'w', 60);
  await ledger.markPainted(job.id, 'w', [{ key: 'k', paintedKey: 'p', seed: 1, width: 128, height: 128 }]);
  const messageId = newSnowflake();
  await ledger.markPosted(job.id, { channelId: job.channelId, messageIds: [messageId] });
  const reaction = { user_id: newSnowflake(), message_id: messageId, channel_id: job.channelId, guild_id: job.guildId, emoji: { id: null, name: '✨' } };
  expect(await handleReaction(reaction, { ...portsWith(spent(100)), botUserId: '9', mayReplyIn: async () => true, managesServer: async () => false, mayTell: () => true })).toEqual([]);
  expect(JSON.stringify(told)).toContain('No more pictures this month');
  expect(await handleReaction(reaction, { ...portsWith(spent(10)), botUserId: '9', mayReplyIn: async () => true, managesServer: async () => false, mayTell: () => true })).toMatchObject([{ kind: 'admitted' }]);
  await receiveJobs(stack.queue);
});

test('/status shows how far the budget is to those who manage the server, without amounts, and to nobody else', async () => {
  const manager = commandInteraction({ userId: newSnowflake(), name: 'status', options: {} });
  const text = await ask(spent(96), manager);
  expect(text).toContain('96 % of the month’s budget is used. Pictures get fewer steps for now.');
  expect(text).not.toContain('$');
  expect(await ask(spent(96), commandInteraction({ userId: newSnowflake(), name: 'status', options: {}, memberPermissions: String(BigInt(ALLOWED) & ~MANAGE_GUILD) }))).not.toContain('budget');
});
