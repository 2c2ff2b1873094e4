import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createCustomIds } from '../../../bot/custom-id/custom-ids.ts';
import { handleInteraction } from '../../../bot/interactions/handle-interaction.ts';
import type { Ports } from '../../../bot/ports.ts';
import { handleReaction } from '../../../bot/reactions/handle-reaction.ts';
import { DEMO } from '../../../core/model.ts';
import { TERMS_VERSION } from '../../../core/moderation/licence.ts';
import { newSnowflake } from '../../core/example-jobs.ts';
import { type TestStack, startTestStack } from '../../local-stack.ts';
import { violations } from '../discord-rules.ts';
import { commandInteraction, pressInteraction, seenMessage } from '../interactions/example-interaction.ts';
import { postedMessage } from '../posted-message.ts';
import { keepLog } from '../quiet-log.ts';
import { receiveJobs } from '../receive-jobs.ts';
import { unusedDiscord } from '../unused-discord.ts';

const customIds = createCustomIds(['a key']);
let stack: TestStack;
let ports: Ports;
let userId: string;
let told: unknown[];

beforeAll(async () => {
  stack = await startTestStack();
});
afterAll(() => stack.close());
beforeEach(() => {
  userId = newSnowflake();
  told = [];
  ports = {
    ledger: stack.ledger(),
    queue: stack.queue,
    model: DEMO,
    now: Date.now,
    randomSeed: () => 77,
    customIds,
    discord: {
      ...unusedDiscord,
      directMessage: async (to, card) => {
        expect(violations('MessageCreateRequestSchema', card)).toEqual([]);
        told.push({ to, card });
        return { id: '1', channel_id: '2', attachments: [] };
      },
      remove: async () => undefined,
      download: async () => new Uint8Array(),
      editOriginal: async () => Promise.reject(new Error('not called')),
    },
    termsAlways: true,
    log: keepLog(),
  };
});
afterEach(() => receiveJobs(stack.queue));

async function answer(raw: unknown, changes: Partial<Ports> = {}) {
  const response = await handleInteraction(raw, { ...ports, ...changes });
  if ('later' in response) throw new Error('not a late answer');
  const kind = response.type === 7 ? 'UpdateMessageInteractionCallbackRequestSchema' : 'CreateMessageInteractionCallbackRequestSchema';
  expect(violations(kind, response)).toEqual([]);
  return response;
}

const acceptId = (response: unknown) => /"custom_id":"(\d\.accept-terms[^"]*)"/.exec(JSON.stringify(response))?.[1] ?? '';
const spent = async () => {
  const { spent: charged, reserved } = await stack.ledger().balance(userId, '300000000000000001', []);
  return charged + reserved;
};
const ASKS = { type: 4, data: { flags: 64, embeds: [{ title: 'Before your first picture' }] } };

describe('the terms', () => {
  test('are asked for once, and the very job goes in line when they are accepted', async () => {
    const asked = await answer(commandInteraction({ userId, options: { prompt: 'a red house', seed: 5, spoiler: true } }));
    expect(asked).toMatchObject(ASKS);
    expect(JSON.stringify(asked), 'the demo model’s own licence has no rules').toContain('Whoever runs this bot wants everybody to keep to the rules');
    expect(await spent()).toBe(0);
    expect(await receiveJobs(stack.queue)).toEqual([]);

    const accepted = await answer(pressInteraction(acceptId(asked), seenMessage('1'), { userId }));
    expect(accepted).toMatchObject({ type: 4, data: { embeds: [{ description: '```\na red house\n```' }] } });
    expect(accepted).not.toMatchObject({ data: { flags: 64 } });
    expect(await receiveJobs(stack.queue)).toMatchObject([{ userId, spoiler: true, work: { prompt: 'a red house', seed: 5 } }]);
    expect(await answer(commandInteraction({ userId }))).not.toMatchObject(ASKS);
    expect(await receiveJobs(stack.queue)).toHaveLength(1);
  });
  test('accepted twice ask for the job once', async () => {
    const asked = await answer(commandInteraction({ userId }));
    const press = () => answer(pressInteraction(acceptId(asked), seenMessage('1'), { userId }));
    await Promise.all([press(), press()]);
    expect(await press()).toMatchObject({ type: 7, data: { embeds: [{ title: 'Thank you' }] } });
    expect(await receiveJobs(stack.queue)).toHaveLength(1);
    expect(await spent()).toBe(100);
  });
  test('are accepted for oneself alone', async () => {
    const asked = await answer(commandInteraction({ userId }));
    expect(await answer(pressInteraction(acceptId(asked), seenMessage('1'), { userId: newSnowflake() }))).toMatchObject({ type: 7, data: { embeds: [{ title: 'Thank you' }] } });
    expect(await receiveJobs(stack.queue)).toEqual([]);
    expect(await answer(commandInteraction({ userId }))).toMatchObject(ASKS);
  });
  test('are asked for again when another version was accepted, and an old card says so', async () => {
    await stack.ledger().moderation.accept(userId, 'open-rail-pp-m', TERMS_VERSION - 1);
    expect(await answer(commandInteraction({ userId }))).toMatchObject(ASKS);
    const old = customIds.write('accept-terms', 'open-rail-pp-m', String(TERMS_VERSION - 1));
    expect(await answer(pressInteraction(old, seenMessage('1'), { userId }))).toMatchObject({ type: 7, data: { embeds: [{ title: 'These rules have changed' }] } });
    expect(await answer(commandInteraction({ userId }))).toMatchObject(ASKS);
  });
  test('keep the version and the time', async () => {
    await stack.ledger({ now: () => 1_700_000_000_000 }).moderation.accept(userId, 'open-rail-pp-m', TERMS_VERSION);
    expect(await stack.ledger().moderation.standing(userId, null)).toEqual({ terms: { 'open-rail-pp-m': { version: TERMS_VERSION, at: 1_700_000_000_000 } }, guild: { deny: [], allow: [] }, isBlocked: false });
  });
  test('are not asked for by a model whose licence has no rules', async () => {
    expect(await answer(commandInteraction({ userId }), { termsAlways: false })).not.toMatchObject(ASKS);
    expect(await receiveJobs(stack.queue)).toHaveLength(1);
  });
  test('hold for buttons', async () => {
    const { job, messageId } = await postedMessage(stack);
    const asked = await answer(pressInteraction(customIds.write('vary', job.id, '0', '60'), seenMessage(messageId), { userId }));
    expect(asked).toMatchObject(ASKS);
    await answer(pressInteraction(acceptId(asked), seenMessage('1'), { userId }));
    expect(await receiveJobs(stack.queue)).toMatchObject([{ userId, work: { kind: 'vary' } }]);
  });
  test('hold for reactions: asked for in a direct message, and then one reacts again', async () => {
    const { messageId } = await postedMessage(stack);
    const reaction = { user_id: userId, message_id: messageId, channel_id: '400000000000000001', guild_id: '300000000000000001', emoji: { id: null, name: '✨' } };
    const discord = { ...ports.discord, post: async () => ({ id: '1', channel_id: '2', attachments: [] }), typing: async () => undefined };
    const react = () => handleReaction(reaction, { ...ports, botUserId: '5', discord, mayReplyIn: async () => true, managesServer: async () => false, mayTell: () => true });
    expect(await react()).toEqual([]);
    expect(told).toMatchObject([{ to: userId, card: { embeds: [{ title: 'Before your first picture' }] } }]);
    await answer(pressInteraction(acceptId(told), seenMessage('1'), { userId, guildId: null }));
    expect(await react()).toMatchObject([{ kind: 'admitted' }]);
  });
  test('wait for a job no longer than fifteen minutes', async () => {
    const asked = await answer(commandInteraction({ userId }));
    const later = stack.ledger({ now: () => Date.now() + 16 * 60_000 });
    expect(await answer(pressInteraction(acceptId(asked), seenMessage('1'), { userId }), { ledger: later })).toMatchObject({ data: { embeds: [{ title: 'Thank you' }] } });
    expect(await receiveJobs(stack.queue)).toEqual([]);
  });
});

describe('word rules', () => {
  const GUILD = '300000000000000001';
  test('refuse before anything is charged, to the asker alone, and do not repeat the word', async () => {
    const guildId = newSnowflake();
    await stack.ledger().moderation.change({ guildId, by: '1', interactionId: newSnowflake() }, { kind: 'add', list: 'deny', term: 'scunner' }, (before) => ({ ...before, deny: ['scunner'] }));
    const refused = await answer(commandInteraction({ userId, guildId, options: { prompt: 'a $ c u n n 3 r' } }), { termsAlways: false });
    expect(refused).toMatchObject({ type: 4, data: { flags: 64, embeds: [{ title: 'I will not paint that', footer: { text: 'Nothing was charged.' } }] } });
    expect(JSON.stringify(refused)).not.toContain('scunner');
    expect(await receiveJobs(stack.queue)).toEqual([]);
    expect(await answer(commandInteraction({ userId, guildId: GUILD, options: { prompt: 'a scunner', negative: 'scunner' } }), { termsAlways: false })).not.toMatchObject({ data: { flags: 64 } });
  });
  test('of the licence hold in direct messages too', async () => {
    expect(await answer(commandInteraction({ userId, guildId: null, options: { prompt: 'lol1con' } }), { termsAlways: false })).toMatchObject({ data: { embeds: [{ title: 'I will not paint that' }] } });
  });
  test('that cannot be read let nothing through', async () => {
    const moderation = Object.assign(Object.create(ports.ledger.moderation), { standing: () => Promise.reject(new Error('away')) });
    const ledger = Object.assign(Object.create(ports.ledger), { moderation });
    expect(await answer(commandInteraction({ userId }), { ledger, termsAlways: false })).toMatchObject({ data: { flags: 64, embeds: [{ footer: {} }] } });
    expect(await receiveJobs(stack.queue)).toEqual([]);
  });
});
