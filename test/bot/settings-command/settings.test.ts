import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createCustomIds } from '../../../bot/custom-id/custom-ids.ts';
import { handleInteraction } from '../../../bot/interactions/handle-interaction.ts';
import type { Ledger } from '../../../core/ledger.ts';
import { DEMO } from '../../../core/model.ts';
import { metadataOf, screeningIn } from '../../../core/screening.ts';
import { newSnowflake } from '../../core/example-jobs.ts';
import { type TestStack, startTestStack } from '../../local-stack.ts';
import { violations } from '../discord-rules.ts';
import { commandInteraction } from '../interactions/example-interaction.ts';
import { keepLog } from '../quiet-log.ts';
import { receiveJobs } from '../receive-jobs.ts';
import { unusedDiscord } from '../unused-discord.ts';

/** The channel of `commandInteraction`. */
const CHANNEL = '400000000000000001';
const MEMBER = String((1n << 31n) | (1n << 11n) | (1n << 15n));
const MANAGER = String(BigInt(MEMBER) | (1n << 5n));
let stack: TestStack;
let ledger: Ledger;
let guildId: string;
beforeAll(async () => {
  stack = await startTestStack();
  ledger = stack.ledger();
});
afterAll(() => stack.close());
beforeEach(() => {
  guildId = newSnowflake();
});

async function answer(raw: unknown): Promise<string> {
    const response = await handleInteraction(raw, { ledger, queue: stack.queue, model: DEMO, now: Date.now, randomSeed: () => 7, customIds: createCustomIds(['a key']), discord: unusedDiscord, log: keepLog() });
  if (!('type' in response) || response.type !== 4) throw new Error('no message');
  expect(violations('CreateMessageInteractionCallbackRequestSchema', response)).toEqual([]);
  return JSON.stringify(response);
}

/** `/settings <subcommand>` by somebody with these permissions. */
function settings(subcommand: string, options: Record<string, string | number>, memberPermissions = MANAGER): Promise<string> {
  const raw = commandInteraction({ name: 'settings', guildId, memberPermissions });
  const given = Object.entries(options).map(([name, value]) => ({ name, type: typeof value === 'string' ? 3 : 4, value }));
  return answer({ ...raw, data: { id: '1', name: 'settings', type: 1, options: [{ type: 1, name: subcommand, options: given }] } });
}

const imagine = (options: Record<string, unknown> = {}, memberPermissions = MEMBER) => answer(commandInteraction({ guildId, memberPermissions, options: { prompt: 'a fox', ...options } }));

test('defaults stand in for what /imagine leaves out, and a channel’s go before the server’s', async () => {
  expect(await settings('set', { steps: 12, style: 'ink', aspect: 'wide' })).toContain('Settings changed');
  await settings('set', { channel: CHANNEL, steps: 9 });
  await imagine();
  await imagine({ steps: 5 });
  const works = (await receiveJobs(stack.queue)).map(({ work }) => work);
  expect(works).toMatchObject([{ steps: 9, style: 'ink', width: 168, height: 96 }, { steps: 5, style: 'ink' }]);
  expect(await settings('show', {})).toMatch(/\*\*Steps:\*\* 12.*\*\*Style:\*\* Ink drawing.*\*\*Allowed models:\*\* \*not set: all\*/);
});

test('models, sizes and roles that are not allowed are refused, uncharged; those who manage the server need no role', async () => {
  await settings('set', { models: 'demo', largest: 128, role: '777' });
  expect(await imagine()).toContain('Here only members with <@&777> may ask');
  expect(await imagine({ aspect: 'wide' }, MANAGER)).toContain('at most 128 pixels');
  expect(await receiveJobs(stack.queue)).toEqual([]);
  expect(await imagine({}, MANAGER)).toContain('You pay only');
  await settings('clear', { what: 'roles' });
  expect(await imagine()).toContain('You pay only');
  await receiveJobs(stack.queue);
});

test('the screen, spoilers and what files tell are set for the server or a channel, shown, and cleared', async () => {
  await settings('set', { screening: 80, 'screening-adult': 100, spoiler: 60, metadata: 'origin' });
  await settings('set', { channel: CHANNEL, spoiler: 100 });
  expect(await settings('show', {})).toMatch(/Behind a spoiler:\*\* [^\\]*60 %[^\\]*explicit or suggestive/);
  const here = await ledger.places.effective(guildId, [CHANNEL]);
  expect(screeningIn(here, false)).toEqual({ refuseAt: 0.8, spoilerAt: undefined });
  expect(screeningIn(here, true)).toEqual({ refuseAt: undefined, spoilerAt: undefined });
  expect([metadataOf(here, false), metadataOf({}, false)]).toEqual(['origin', 'everything']);
  await settings('clear', { what: 'metadata' });
  await settings('clear', { channel: CHANNEL, what: 'spoiler' });
  const cleared = await ledger.places.effective(guildId, [CHANNEL]);
  expect([metadataOf(cleared, false), screeningIn(cleared, false).spoilerAt]).toEqual(['everything', 0.6]);
  expect(await settings('set', { spoiler: 0 })).toContain('not what this command takes');
  expect(await settings('set', { metadata: 'nothing' })).toContain('not what this command takes');
});

test('only those who manage the server may change anything, and nothing that cannot be', async () => {
  expect(await settings('set', { steps: 3 }, MEMBER)).toContain('**Manage Server**');
  expect(await settings('set', { models: 'demo, nosuch' })).toContain('There is no such model');
  expect(await settings('set', { models: 'sdxl' })).toContain('would not be among the allowed ones');
  expect(await settings('set', {})).toContain('Say at least one');
  expect(await settings('set', { steps: 1000 })).toContain('not what this command takes');
  expect(await ledger.places.own(guildId, undefined)).toEqual({});
});
