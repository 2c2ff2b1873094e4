import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Card } from '../../../bot/cards/card.ts';
import { createCustomIds } from '../../../bot/custom-id/custom-ids.ts';
import { createDebounce } from '../../../bot/reactions/debounce.ts';
import type { ReactionPorts } from '../../../bot/reactions/handle-reaction.ts';
import { handleReaction } from '../../../bot/reactions/handle-reaction.ts';
import { Unreachable } from '../../../bot/rest/discord-errors.ts';
import { JobQueue } from '../../../core/job-queue.ts';
import { DEMO } from '../../../core/model.ts';
import { newSnowflake } from '../../core/example-jobs.ts';
import type { TestStack } from '../../local-stack.ts';
import { startTestStack } from '../../local-stack.ts';
import { violations } from '../discord-rules.ts';
import { postedMessage } from '../posted-message.ts';
import { keepLog } from '../quiet-log.ts';
import { receiveJobs } from '../receive-jobs.ts';
import { unusedDiscord } from '../unused-discord.ts';

const BOT = '500000000000000001';
let stack: TestStack;
let ports: ReactionPorts;
let said: { how: string; where: string; card?: Card }[];

beforeAll(async () => {
  stack = await startTestStack();
});
afterAll(() => stack.close());
beforeEach(() => {
  said = [];
  const sayIt = (how: string) => async (where: string, card: Card) => {
    expect(violations('MessageCreateRequestSchema', card)).toEqual([]);
    said.push({ how, where, card });
    return { id: newSnowflake(), channel_id: where, attachments: [] };
  };
  ports = {
    ledger: stack.ledger(),
    queue: stack.queue,
    model: DEMO,
    now: Date.now,
    randomSeed: () => 77,
    customIds: createCustomIds(['a key']),
    log: keepLog(),
    botUserId: BOT,
    discord: { ...unusedDiscord, directMessage: sayIt('dm'), editOriginal: () => Promise.reject(new Error('no reaction has a token')), post: sayIt('post'), remove: async () => undefined, download: async () => new Uint8Array(), typing: async (where) => void said.push({ how: 'typing', where }) },
    mayReplyIn: async () => true,
    managesServer: async () => false,
    mayTell: createDebounce(60_000),
  };
});

/** MESSAGE_REACTION_ADD as the gateway tells it. */
function reaction(messageId: string, changes: { emoji?: string; userId?: string; bot?: boolean; guildId?: string | null } = {}) {
  const { emoji = '✨', userId = newSnowflake(), bot = false, guildId = '300000000000000001' } = changes;
  return {
    user_id: userId,
    message_id: messageId,
    channel_id: '400000000000000001',
    ...(guildId !== null && { guild_id: guildId, member: { user: { id: userId, username: 'x', bot }, roles: [] } }),
    message_author_id: BOT,
    emoji: { id: null, name: emoji },
    burst: false,
    type: 0,
  };
}

describe('✨ under a picture of ours', () => {
  test('behind a spoiler becomes one behind a spoiler', async () => {
    const { messageId } = await postedMessage(stack, { picture: { spoiler: true } });
    await handleReaction(reaction(messageId), ports);
    expect(await receiveJobs(stack.queue)).toMatchObject([{ spoiler: true, work: { kind: 'refine' } }]);
  });
  test('becomes a job that refines it, larger, for whoever reacted, as a reply', async () => {
    const { job, messageId } = await postedMessage(stack, { work: { prompt: 'a cat', negativePrompt: 'dogs', guidanceScale: 6.5, seed: 5, width: 168, height: 96 } });
    const userId = newSnowflake();
    expect(await handleReaction(reaction(messageId, { userId }), ports)).toMatchObject([{ kind: 'admitted' }]);
    const [refine] = await receiveJobs(stack.queue);
    expect(refine).toMatchObject({
      id: `refine-${messageId}-0`,
      userId,
      channelId: '400000000000000001',
      reply: { kind: 'message', replyTo: messageId },
      work: {
        kind: 'refine',
        model: 'demo',
        prompt: 'a cat',
        negativePrompt: 'dogs',
        guidanceScale: 6.5,
        seed: 5,
        width: 256,
        height: 144,
        steps: DEMO.steps,
        strength: DEMO.refineStrength,
        source: { jobId: job.id, index: 0, pictureKey: `painted/${job.id}/0.png`, messageId, channelId: '400000000000000001' },
      },
    });
    const { left, limit } = await stack.ledger().balance(userId, '300000000000000001');
    expect(left).toBeLessThan(limit);
    expect(said).toEqual([{ how: 'typing', where: '400000000000000001' }]);
  });

  test('is one job a picture, however many react', async () => {
    const { messageId } = await postedMessage(stack);
    await Promise.all([1, 2, 3].map(() => handleReaction(reaction(messageId), ports)));
    expect(await handleReaction(reaction(messageId), ports)).toEqual([{ kind: 'already-admitted' }]);
    expect(await receiveJobs(stack.queue)).toHaveLength(1);
  });

  test('refines every picture of a message, and a number refines that one', async () => {
    const { messageId } = await postedMessage(stack, { work: { count: 3, seed: 10 } });
    await handleReaction(reaction(messageId, { emoji: '2️⃣' }), ports);
    expect(await receiveJobs(stack.queue)).toMatchObject([{ id: `refine-${messageId}-1`, work: { seed: 11, source: { index: 1 } } }]);
    expect(await handleReaction(reaction(messageId, { emoji: '4️⃣' }), ports)).toEqual([]);
    expect((await handleReaction(reaction(messageId), ports)).map(({ kind }) => kind)).toEqual(['admitted', 'already-admitted', 'admitted']);
    expect((await receiveJobs(stack.queue)).map(({ id }) => id).toSorted()).toEqual([`refine-${messageId}-0`, `refine-${messageId}-2`]);
  });

  test('can be asked for again after it failed', async () => {
    const { messageId } = await postedMessage(stack);
    await handleReaction(reaction(messageId), ports);
    await stack.ledger().end(`refine-${messageId}-0`, { state: 'failed', reason: 'gave-up' });
    expect(await handleReaction(reaction(messageId), ports)).toMatchObject([{ kind: 'admitted' }]);
    await receiveJobs(stack.queue);
  });

  test('works in direct messages', async () => {
    const { messageId } = await postedMessage(stack, { guildId: null });
    const closed = { ...ports, mayReplyIn: async () => false };
    expect(await handleReaction(reaction(messageId, { guildId: null }), closed)).toMatchObject([{ kind: 'admitted' }]);
    expect(await receiveJobs(stack.queue)).toMatchObject([{ guildId: null }]);
  });
});

describe('nothing comes of', () => {
  test.each([
    ['a reaction by a bot', (m: string) => reaction(m, { bot: true })],
    ['the bot’s own reaction', (m: string) => reaction(m, { userId: BOT })],
    ['another emoji', (m: string) => reaction(m, { emoji: '👍' })],
    ['a message that is not ours', () => reaction(newSnowflake())],
    ['what is no reaction', () => ({})],
  ])('%s', async (_, raw) => {
    const { messageId } = await postedMessage(stack);
    expect(await handleReaction(raw(messageId), ports)).toEqual([]);
    expect(await receiveJobs(stack.queue)).toEqual([]);
    expect(said).toEqual([]);
  });

  test('a channel where the bot may not reply', async () => {
    const { messageId } = await postedMessage(stack);
    expect(await handleReaction(reaction(messageId), { ...ports, mayReplyIn: async () => false })).toEqual([]);
    expect(await receiveJobs(stack.queue)).toEqual([]);
  });
});

describe('someone out of credits', () => {
  test('is told in a direct message, and nobody in the channel', async () => {
    const { messageId } = await postedMessage(stack);
    const userId = newSnowflake();
    expect(await handleReaction(reaction(messageId, { userId }), { ...ports, ledger: stack.ledger({ dailyLimit: 10 }) })).toMatchObject([{ kind: 'out-of-credits' }]);
    expect(said).toMatchObject([{ how: 'dm', where: userId, card: { embeds: [{ title: 'Out of credits for now' }] } }]);
    expect(await receiveJobs(stack.queue)).toEqual([]);
  });

  test('with closed direct messages leaves the channel quiet', async () => {
    const { messageId } = await postedMessage(stack);
    const directMessage = async () => {
      throw new Unreachable('closed', 'POST /channels/1/messages', 403, 50007);
    };
    await handleReaction(reaction(messageId), { ...ports, discord: { ...ports.discord, directMessage }, ledger: stack.ledger({ dailyLimit: 10 }) });
    expect(said).toEqual([]);
  });

  test('for some of the pictures gets the first ones', async () => {
    const { messageId } = await postedMessage(stack, { work: { count: 3 } });
    const outcomes = await handleReaction(reaction(messageId), { ...ports, ledger: stack.ledger({ dailyLimit: 140 }) });
    expect(outcomes.map(({ kind }) => kind)).toEqual(['admitted', 'admitted', 'out-of-credits']);
    expect(said.map(({ how }) => how)).toEqual(['typing', 'dm']);
    await receiveJobs(stack.queue);
  });
});

describe('the settings of a server hold for reactions too', () => {
  const guildId = '300000000000000002';
  const titled = (how: string, where: string) => ({ how, where, card: { embeds: [{ title: 'Not here' }] } });
  const closed = async () => {
    throw new Unreachable('closed', 'POST /channels/1/messages', 403, 50007);
  };

  test.each([
    ['who may ask', { roleIds: ['9'] }, /only members with <@&9>/],
    ['the allowed models', { models: ['sdxl'] }, /only these models/],
    ['the largest size', { longestEdge: 100 }, /at most 100 pixels/],
  ])('%s: whoever reacted is told in a direct message, once in a while', async (_, settings, words) => {
    const { places } = ports.ledger;
    await places.put(guildId, undefined, settings);
    const { messageId } = await postedMessage(stack);
    const userId = newSnowflake();
    for (let i = 0; i < 3; i += 1) expect(await handleReaction(reaction(messageId, { userId, guildId }), ports)).toEqual([]);
    expect(said).toMatchObject([titled('dm', userId)]);
    expect(said[0]?.card?.embeds[0]?.description).toMatch(words);
    expect(await receiveJobs(stack.queue)).toEqual([]);
    await places.put(guildId, undefined, {});
  });

  test('where direct messages are closed, a note under the picture says it to them alone and is taken away', async () => {
    await ports.ledger.places.put(guildId, undefined, { models: ['sdxl'] });
    const { messageId } = await postedMessage(stack);
    const [first, second] = [newSnowflake(), newSnowflake()];
    const removed: string[] = [];
    const discord = { ...ports.discord, directMessage: closed, remove: async (_: string, id: string) => void removed.push(id) };
    const at = Date.now();
    for (const userId of [first, second]) await handleReaction(reaction(messageId, { userId, guildId }), { ...ports, discord, now: () => at, noteStaysMs: 1 });
    // One note at a time in a channel, however many react.
    expect(said).toMatchObject([titled('post', '400000000000000001')]);
    expect(said[0]?.card).toMatchObject({ content: `<@${first}>`, allowed_mentions: { parse: [], users: [first] } });
    await expect.poll(() => removed).toHaveLength(1);
    await ports.ledger.places.put(guildId, undefined, {});
  });

  test('but whoever manages the server needs no role', async () => {
    await ports.ledger.places.put(guildId, undefined, { roleIds: ['9'] });
    const { messageId } = await postedMessage(stack);
    expect(await handleReaction(reaction(messageId, { guildId }), { ...ports, managesServer: async () => true })).toMatchObject([{ kind: 'admitted' }]);
    await receiveJobs(stack.queue);
    await ports.ledger.places.put(guildId, undefined, {});
  });
});

test('a queue that takes nothing is told in a reply that pings the asker alone, once, and nothing is charged', async () => {
  const { messageId } = await postedMessage(stack, { work: { count: 2 } });
  const userId = newSnowflake();
  const queue = new JobQueue(stack.clients.sqs, `${stack.names.JOBS_QUEUE_URL}-that-is-not-there`);
  await handleReaction(reaction(messageId, { userId }), { ...ports, queue });
  expect(said).toMatchObject([
    {
      how: 'post',
      where: '400000000000000001',
      card: { content: `<@${userId}>`, allowed_mentions: { parse: [], users: [userId] }, message_reference: { message_id: messageId } },
    },
  ]);
  const { left, limit } = await stack.ledger().balance(userId, '300000000000000001');
  expect(left).toBe(limit);
});

