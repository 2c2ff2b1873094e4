import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Card } from '../../../bot/cards/card.ts';
import { createCustomIds } from '../../../bot/custom-id/custom-ids.ts';
import { handleInteraction } from '../../../bot/interactions/handle-interaction.ts';
import type { Ports } from '../../../bot/ports.ts';
import { DEMO } from '../../../core/model.ts';
import { newSnowflake } from '../../core/example-jobs.ts';
import { type TestStack, startTestStack } from '../../local-stack.ts';
import { violations } from '../discord-rules.ts';
import { ALLOWED, type Asking, commandInteraction } from '../interactions/example-interaction.ts';
import { keepLog } from '../quiet-log.ts';
import { unusedDiscord } from '../unused-discord.ts';

const MEMBER = String(BigInt(ALLOWED) & ~(1n << 5n));
let stack: TestStack;
let ports: Ports;
let guildId: string;

beforeAll(async () => {
  stack = await startTestStack();
});
afterAll(() => stack.close());
beforeEach(() => {
  guildId = newSnowflake();
    ports = { ledger: stack.ledger(), queue: stack.queue, model: DEMO, now: Date.now, randomSeed: () => 7, customIds: createCustomIds(['a key']), discord: unusedDiscord, log: keepLog() };
});

function words(subcommand: string, options: Readonly<Record<string, string>> = {}, asking: Asking = {}): Record<string, unknown> {
  const raw = commandInteraction({ guildId, ...asking, name: 'words', options });
  const { options: values, ...data } = raw['data'] as { options: unknown };
  return { ...raw, data: { ...data, options: [{ name: subcommand, type: 1, options: values }] } };
}

/** The card's title and all its text; checked against Discord's schema, and seen only by the asker. */
async function ask(raw: unknown): Promise<string> {
  const answer = await handleInteraction(raw, ports);
  expect(violations('CreateMessageInteractionCallbackRequestSchema', answer)).toEqual([]);
  expect(answer).toMatchObject({ type: 4, data: { flags: 64 } });
  return JSON.stringify((answer as { data: Card }).data.embeds);
}

describe('who manages the server', () => {
  test('adds and removes words, finds them listed with who did it, and tries them', async () => {
    expect(await ask(words('add', { term: 'Red  Herring' }))).toContain('Word rules changed');
    expect(await ask(words('add', { term: 'red herring hall', list: 'allow' }))).toContain('Word rules changed');
    expect(await ask(words('test', { prompt: 'a r3d hérring' }))).toContain('It would be refused');
    expect(await ask(words('test', { prompt: 'the Red Herring Hall' }))).toContain('It would be painted');
    const listed = await ask(words('list'));
    expect(listed).toContain('||Red Herring||');
    expect(listed).toContain('added ||red herring hall|| (allow)');
    expect(await ask(words('remove', { term: 'RED HERRING' }))).toContain('Word rules changed');
    expect(await ask(words('test', { prompt: 'a red herring' }))).toContain('It would be painted');
  });
  test('is told when a spelling that is read alike stands there already, or none does', async () => {
    await ask(words('add', { term: 'scunner' }));
    expect(await ask(words('add', { term: 'ＳＣＵＮＮＥＲ' }))).toContain('Nothing to do');
    expect(await ask(words('remove', { term: 'other' }))).toContain('Nothing to do');
    expect((await stack.ledger().moderation.changes(guildId, 9)).length).toBe(1);
  });
  test('cannot add what has no letters', async () => {
    expect(await ask(words('add', { term: '*** ' }))).toContain('That does not work');
  });
  test('loses no word when several are added at once', async () => {
    const terms = ['alder', 'birch', 'cedar', 'dogwood'];
    await Promise.all(terms.map((term) => ask(words('add', { term }))));
    const kept = (await stack.ledger().moderation.guild(guildId)).deny;
    const told = await stack.ledger().moderation.changes(guildId, 9);
    expect(kept.toSorted()).toEqual(told.map(({ changed }) => ('term' in changed ? changed.term : changed.kind)).toSorted());
    expect(kept.length).toBeGreaterThan(0);
  });
  test('has an interaction that comes twice done once', async () => {
    const raw = words('add', { term: 'scunner' });
    await ask(raw);
    await ask(raw);
    expect(await stack.ledger().moderation.changes(guildId, 9)).toHaveLength(1);
  });
});

test.each(['add', 'remove', 'list', 'test'])('/words %s is for nobody else, and for no direct messages', async (subcommand) => {
  expect(await ask(words(subcommand, { term: 'x', prompt: 'x' }, { memberPermissions: MEMBER }))).toContain('Manage Server');
  expect(await ask(words(subcommand, { term: 'x', prompt: 'x' }, { guildId: null }))).toContain('use this in one');
  expect(await stack.ledger().moderation.guild(guildId)).toEqual({ deny: [], allow: [] });
});
