import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createCustomIds } from '../../../bot/custom-id/custom-ids.ts';
import { handleInteraction } from '../../../bot/interactions/handle-interaction.ts';
import type { Ports } from '../../../bot/ports.ts';
import { JobQueue } from '../../../core/job-queue.ts';
import { Ledger } from '../../../core/ledger.ts';
import { DEMO, SDXL } from '../../../core/model.ts';
import { newSnowflake } from '../../core/example-jobs.ts';
import type { TestStack } from '../../local-stack.ts';
import { startTestStack } from '../../local-stack.ts';
import { violations } from '../discord-rules.ts';
import { keepLog } from '../quiet-log.ts';
import { receiveJobs } from '../receive-jobs.ts';
import { unusedDiscord } from '../unused-discord.ts';
import { ALLOWED, commandInteraction } from './example-interaction.ts';

const GUILD = '300000000000000001';
const customIds = createCustomIds(['a key']);
let stack: TestStack;
let log: ReturnType<typeof keepLog>;
let ports: Ports;
let userId: string;

beforeAll(async () => {
  stack = await startTestStack();
});
afterAll(() => stack.close());
beforeEach(() => {
  log = keepLog();
  userId = newSnowflake();
  ports = { ledger: stack.ledger(), queue: stack.queue, model: DEMO, now: Date.now, randomSeed: () => 77, customIds, discord: unusedDiscord, log };
});

/** The answer, checked against Discord's schema. */
async function answer(raw: unknown, changes: Partial<Ports> = {}) {
  const response = await handleInteraction(raw, { ...ports, ...changes });
  if ('later' in response) throw new Error('a late answer');
  if (response.type === 4) expect(violations('CreateMessageInteractionCallbackRequestSchema', response)).toEqual([]);
  return response;
}

const EPHEMERAL = { flags: 64, allowed_mentions: { parse: [] } };
const titled = (title: string) => ({ type: 4, data: { ...EPHEMERAL, embeds: [{ title }] } });
const spentOrHeld = async () => {
  const { limit, left } = await stack.ledger().balance(userId, GUILD);
  return limit - left;
};

describe('/imagine', () => {
  test('becomes a job on the queue, and a card with its place in line and its cost', async () => {
    const raw = commandInteraction({ userId, options: { prompt: 'a red house', seed: 7, count: 2 } });
    const response = await answer(raw);
    expect(response).toMatchObject({ type: 4, data: { embeds: [{ title: 'Next in line', description: '```\na red house\n```' }] } });
    expect(response).not.toHaveProperty('data.flags');
    expect(JSON.stringify(response)).toContain('Costs 2 credits, 18 credits left after it');
    const [job, ...others] = await receiveJobs(stack.queue);
    expect(others).toEqual([]);
    expect(job).toMatchObject({
      version: 1,
      id: raw.id,
      userId,
      guildId: GUILD,
      channelId: '400000000000000001',
      reply: { kind: 'interaction', applicationId: '500000000000000001', token: `interaction-token-of-${String(raw.id)}` },
      work: { kind: 'imagine', model: 'demo', prompt: 'a red house', width: 128, height: 128, steps: 25, guidanceScale: 5, seed: 7, count: 2, refine: 'ensemble' },
    });
    expect(await spentOrHeld()).toBe(200);
  });

  test('reads its asker’s standing and credits beside the settings, not after them: each round trip is one more to wait for', async () => {
    const ledger = stack.ledger();
    const begins: string[] = [];
    let bothBegan = () => {};
    const begun = new Promise<void>((resolve) => (bothBegan = resolve));
    const noting = <A extends unknown[], R>(what: string, act: (...args: A) => R) => (...args: A): R => {
      begins.push(what);
      if (begins.length === 2) bothBegan();
      return act(...args);
    };
    ledger.foresee = noting('credits', ledger.foresee.bind(ledger));
    ledger.moderation.standing = noting('standing', ledger.moderation.standing.bind(ledger.moderation));
    const effective = ledger.places.effective.bind(ledger.places);
    ledger.places.effective = async (...where) => {
      await begun;
      return effective(...where);
    };
    expect(await answer(commandInteraction({ userId }), { ledger })).toMatchObject({ type: 4, data: { embeds: [{ title: expect.stringMatching(/in line/i) }] } });
    expect(begins.toSorted()).toEqual(['credits', 'standing']);
    expect(await receiveJobs(stack.queue)).toHaveLength(1);
  });

  test('works in direct messages, where there are no permissions', async () => {
    expect(await answer(commandInteraction({ userId, guildId: null, botPermissions: '0' }))).toMatchObject({ type: 4 });
    expect(await receiveJobs(stack.queue)).toMatchObject([{ userId, guildId: null }]);
  });

  test('delivered twice is one job, charged once', async () => {
    const raw = commandInteraction({ userId });
    await answer(raw);
    expect(await answer(raw)).toMatchObject(titled('Already on its way'));
    expect(await receiveJobs(stack.queue)).toHaveLength(1);
    expect(await spentOrHeld()).toBe(100);
  });

  test('beyond one’s credits is told to the asker alone, with the cost and the time they come back', async () => {
    const ledger = stack.ledger({ dailyLimit: 150 });
    await answer(commandInteraction({ userId }), { ledger });
    const refusal = await answer(commandInteraction({ userId }), { ledger });
    expect(refusal).toMatchObject(titled('Out of credits for now'));
    expect(JSON.stringify(refusal)).toMatch(/This costs 1 credit; you have 0.5 of 1.5 credits left. They come back <t:\d+:R>/);
    expect(await receiveJobs(stack.queue)).toHaveLength(1);
  });
});

describe('bad input gets an ephemeral answer, costs nothing and reaches no queue', () => {
  test.each([
    ['a prompt that is too long', { options: { prompt: 'x'.repeat(1001) } }, 'That is too long'],
    ['no words', { options: { prompt: '  ' } }, 'What should it show?'],
    ['an unknown option', { options: { prompt: 'p', '@everyone': 1 } }, 'Unknown option'],
    ['an aspect that is none', { options: { prompt: 'p', aspect: '7:1' } }, 'That is not one of the choices'],
    ['a bot without Attach Files', { botPermissions: String(BigInt(ALLOWED) & ~(1n << 15n)) }, 'I may not post here'],
    ['a bot that may not write in threads', { channelType: 11, botPermissions: String(BigInt(ALLOWED) & ~(1n << 38n)) }, 'I may not post here'],
    ['a member who may not write here', { memberPermissions: String(BigInt(ALLOWED) & ~(1n << 11n)) }, 'You may not do that here'],
    ['a command that is gone', { name: 'paint' }, 'Unknown command'],
    ['a command named like a property', { name: 'constructor' }, 'Unknown command'],
  ])('%s', async (_, asking, title) => {
    expect(await answer(commandInteraction({ userId, ...asking }))).toMatchObject(titled(title));
    expect(await receiveJobs(stack.queue)).toEqual([]);
    expect(await spentOrHeld()).toBe(0);
  });

  test('a prompt full of mentions and markdown is taken, and shown without a ping', async () => {
    const prompt = '@everyone <@1> ``` [x](https://e.example) **b**';
    expect(await answer(commandInteraction({ userId, options: { prompt } }))).toMatchObject({
      type: 4,
      data: { content: '', allowed_mentions: { parse: [] }, embeds: [{ description: expect.stringContaining('\\@everyone \\<\\@1\\> \\`\\`\\`') }] },
    });
    expect(await receiveJobs(stack.queue)).toMatchObject([{ work: { prompt } }]);
  });

  test.each([undefined, null, 1, 'x', [], {}, { type: 2 }, { type: 3, data: {} }, { ...commandInteraction(), member: { permissions: 'all' } }])(
    'what is no interaction (%j)',
    async (raw) => expect(await answer(raw)).toMatchObject(titled('I did not understand that')),
  );
});

describe('when our own side fails, credits are given back and the asker is told', () => {
  const noQueue = () => new JobQueue(stack.clients.sqs, `${stack.names.JOBS_QUEUE_URL}-that-is-not-there`);

  test('a queue that takes nothing', async () => {
    const raw = commandInteraction({ userId });
    expect(await answer(raw, { queue: noQueue() })).toMatchObject(titled('This one did not work out'));
    expect(await spentOrHeld()).toBe(0);
    expect(await stack.ledger().find(String(raw.id))).toMatchObject({ state: 'cancelled', reason: 'not-queued' });
    expect(log.lines).toMatchObject([{ level: 'error', event: 'job:send:failed' }]);
  });

  test('a ledger that is not there', async () => {
    const ledger = new Ledger(stack.clients.dynamodb, 'no-such-table');
    expect(await answer(commandInteraction({ userId }), { ledger })).toMatchObject(titled('This one did not work out'));
    expect(await receiveJobs(stack.queue)).toEqual([]);
    expect(await answer(commandInteraction({ userId, name: 'help', options: {} }), { ledger })).toMatchObject(titled('Something broke on our side'));
  });

  test('a ledger so slow that the answer would come too late', async () => {
    const start = Date.now();
    const times = [start, start + 2500];
    expect(await answer(commandInteraction({ userId }), { now: () => times.shift() ?? start + 2500 })).toMatchObject(titled('This one did not work out'));
    expect(await receiveJobs(stack.queue)).toEqual([]);
    expect(await spentOrHeld()).toBe(0);
  });

  test('neither a prompt nor a token is logged', async () => {
    const raw = commandInteraction({ userId, options: { prompt: 'my very private prompt' } });
    for (const changes of [{}, { queue: noQueue() }, { ledger: new Ledger(stack.clients.dynamodb, 'no-such-table') }]) await answer(raw, changes);
    expect(log.lines.length).toBeGreaterThanOrEqual(3);
    expect(JSON.stringify(log.lines)).not.toMatch(/private|interaction-token/);
    await receiveJobs(stack.queue);
  });
});

test('a ping is answered with a pong', async () => expect(await answer({ id: '1', application_id: '2', token: 't', type: 1, version: 1 })).toEqual({ type: 1 }));

test('/help tells the asker alone what is left and what the model cannot do', async () => {
  const help = await answer(commandInteraction({ userId, name: 'help', options: {} }));
  expect(help).toMatchObject(titled('Pictures from words'));
  expect(JSON.stringify(help)).toMatch(/\*\*20 of 20 credits\*\* left; they come back <t:\d+:R>/);
  expect(JSON.stringify(help)).toContain('it writes text badly');
});

test('/about says in plain words what the licence asks, what the model cannot do, and what is stored', async () => {
  const about = await answer(commandInteraction({ userId, name: 'about', options: {} }));
  expect(about).toMatchObject(titled('About Refinery'));
  for (const said of ['Open RAIL++-M', 'does not depict facts', 'cannot write legible text', 'lossy', 'for 90 days']) expect(JSON.stringify(about)).toContain(said);
});

describe('the options of /imagine that complete themselves', () => {
  const typed = async (option: string, value: string) => {
    const raw = commandInteraction({ userId, options: {} });
    const response = await handleInteraction({ ...raw, type: 4, data: { id: '1', name: 'imagine', type: 1, options: [{ name: option, type: 3, value, focused: true }] } }, ports);
    if (!('type' in response) || response.type !== 8) throw new Error('no choices');
    return (response.data.choices ?? []).map((choice) => choice.value);
  };

  test('are searched by every word typed, what begins with it first', async () => {
    expect(await typed('sampler', '2m kar')).toEqual(['dpmpp-2m-karras', 'dpmpp-2m-sde-karras']);
    expect((await typed('sampler', '')).length).toBe(25);
    expect(await typed('style', 'pi')).toEqual(['pixel-art']);
    expect(await typed('style', 'nothing like it')).toEqual([]);
  });

  test('know the models that workers paint with, from memory', async () => {
    await ports.ledger.workforce.putOffer('another worker', { models: [{ ...SDXL, hasRefiner: true }, { ...SDXL, id: 'dreamy', title: 'Dreamy XL', hasRefiner: false }], loras: [{ name: 'paper cut', words: ['papercut style'] }, { name: 'film-grain', words: [] }] });
    expect(await typed('model', '')).toEqual(['demo', 'dreamy', 'sdxl']);
    expect(await typed('lora', '')).toEqual(['paper cut', 'film-grain']);
    expect(await typed('lora', 'paper cut:0.8, gr')).toEqual(['paper cut:0.8, film-grain']);
    expect(await typed('lora', 'film-grain, paper cut:0.')).toEqual(['film-grain, paper cut:0.8', 'film-grain, paper cut:0.6', 'film-grain, paper cut:0.4', 'film-grain, paper cut:0.2']);
    const began = performance.now();
    for (let i = 0; i < 100; i += 1) await typed('model', 'sd');
    expect(performance.now() - began).toBeLessThan(1000);
  });
});
