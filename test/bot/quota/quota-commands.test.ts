import sharp from 'sharp';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Card } from '../../../bot/cards/card.ts';
import { createCustomIds } from '../../../bot/custom-id/custom-ids.ts';
import { drawPng } from '../../../bot/gateway/draw-png.ts';
import { handleInteraction } from '../../../bot/interactions/handle-interaction.ts';
import type { LatePorts } from '../../../bot/ports.ts';
import { examineWithoutPixels } from '../../../bot/verify/examine-without-pixels.ts';
import { DEMO } from '../../../core/model.ts';
import { imagineJob, newSnowflake } from '../../core/example-jobs.ts';
import { type TestStack, startTestStack } from '../../local-stack.ts';
import { violations } from '../discord-rules.ts';
import { type Asking, ALLOWED, commandInteraction } from '../interactions/example-interaction.ts';
import { keepLog } from '../quiet-log.ts';
import { unusedDiscord } from '../unused-discord.ts';

const MEMBER = String(BigInt(ALLOWED) & ~(1n << 5n));
const CHANNEL = '400000000000000001';

let stack: TestStack;
let ports: LatePorts;
let guildId: string;
let userId: string;

beforeAll(async () => {
  stack = await startTestStack();
});
afterAll(() => stack.close());
beforeEach(() => {
  guildId = newSnowflake();
  userId = newSnowflake();
  ports = { ledger: stack.ledger(), queue: stack.queue, pictures: stack.pictures, examinePicture: examineWithoutPixels, model: DEMO, now: Date.now, randomSeed: () => 7, customIds: createCustomIds(['a key']), discord: unusedDiscord, log: keepLog() };
});

/** `quota set`, say, as Discord delivers it; asked for by someone who manages the server unless told otherwise. */
function command(name: string, options: Readonly<Record<string, unknown>> = {}, asking: Asking = {}): Record<string, unknown> {
  const [first = '', subcommand] = name.split(' ');
  const raw = commandInteraction({ guildId, userId, ...asking, name: first, options });
  if (subcommand === undefined) return raw;
  const { options: values, ...data } = raw['data'] as { options: unknown };
  return { ...raw, data: { ...data, options: [{ name: subcommand, type: 1, options: values }] } };
}

const withRoles = (raw: Record<string, unknown>, roles: readonly string[]) => ({ ...raw, member: { ...(raw['member'] as object), roles } });

/** The card that comes back, checked against Discord's schema, and seen only by the asker. */
async function ask(raw: unknown, changes: Partial<LatePorts> = {}): Promise<Card> {
  const answer = await handleInteraction(raw, { ...ports, ...changes });
  if ('later' in answer) {
    const late = await answer.later({ ...ports, ...changes });
    const card = 'files' in late ? late.card : late;
    expect(violations('IncomingWebhookUpdateRequestPartialSchema', card)).toEqual([]);
    return card;
  }
  expect(violations('CreateMessageInteractionCallbackRequestSchema', answer)).toEqual([]);
  expect(answer).toMatchObject({ type: 4, data: { flags: 64, allowed_mentions: { parse: [] } } });
  return (answer as { data: Card }).data;
}

const title = (card: Card) => card.embeds[0]?.title;
const text = (card: Card) => JSON.stringify(card.embeds);

async function post(job = imagineJob({ guildId, userId })): Promise<void> {
  const ledger = stack.ledger();
  await ledger.admit(job, 100);
  await ledger.claim(job.id, 'worker', 60);
  await ledger.markPainted(job.id, 'worker', [{ key: 'pictures/1/0.png', paintedKey: 'painted/1/0.png', seed: 7, width: 128, height: 128 }]);
  await ledger.markPosted(job.id, { channelId: job.channelId, messageIds: [newSnowflake()] });
}

describe('a member', () => {
  test.each(['credits', 'quota show'])('sees with /%s what is left, when it comes back, by which rule, and what moved lately', async (name) => {
    await stack.ledger().changeRule({ guildId, by: '1', interactionId: newSnowflake() }, { kind: 'role', id: '77' }, { credits: 500, per: 'week' });
    await post();
    const card = await ask(withRoles(command(name, {}, { memberPermissions: MEMBER }), ['77']));
    expect(title(card)).toBe('Your credits');
    expect(text(card)).toMatch(/\*\*4 of 5 credits\*\* left.*▰.*80 %.*<t:\d+:R>.*5 credits a week, as <@&77>.*1 credit paid for a picture/);
    // What was held for the same picture is not told again.
    expect(text(card)).not.toContain('held for a job');
  });

  test('sees the pot of the channel besides their own', async () => {
    await ask(command('quota set', { credits: 50, per: 'day', channel: CHANNEL }));
    expect(text(await ask(command('credits')))).toMatch(/Shared in this channel.*50 of 50 credits left/);
  });

  test('sees theirs in direct messages', async () => {
    expect(text(await ask(command('credits', {}, { guildId: null })))).toContain('20 of 20 credits');
  });

  test('does not see those of others', async () => {
    expect(title(await ask(command('quota show', { who: '5' }, { memberPermissions: MEMBER })))).toBe('You may not do that');
    expect(title(await ask(command('quota show', { who: '5' }, { guildId: null })))).toBe('Only in a server');
  });

  test.each([
    ['quota set', { credits: 5, per: 'day', everyone: 'each' }],
    ['quota remove', { everyone: 'each' }],
    ['quota grant', { who: '5', credits: 5 }],
    ['quota reset', { who: '5' }],
    ['quota simulate', { credits: 5, per: 'day', everyone: 'each' }],
    ['quota list', {}],
    ['quota log', {}],
  ])('may not use /%s, whatever Discord let through', async (name, options) => {
    expect(title(await ask(command(name, options, { memberPermissions: MEMBER })))).toBe('You may not do that');
    expect(title(await ask(command(name, options, { guildId: null })))).toBe('Only in a server');
    expect(await stack.ledger().rules(guildId)).toEqual([]);
    expect(await stack.ledger().changes(guildId, 5)).toEqual([]);
  });
});

describe('/quota set', () => {
  test.each([
    [{ user: '5' }, { kind: 'user', id: '5' }],
    [{ role: '6' }, { kind: 'role', id: '6' }],
    [{ channel: '7' }, { kind: 'channel', id: '7' }],
    [{ everyone: 'each' }, { kind: 'everyone' }],
    [{ everyone: 'together' }, { kind: 'server' }],
  ])('of %j makes a rule for %j', async (target, expected) => {
    expect(title(await ask(command('quota set', { credits: 12.345, per: 'month', ...target })))).toBe('The rule is in force');
    expect(await stack.ledger().rules(guildId)).toEqual([{ target: expected, credits: 1235, per: 'month' }]);
  });

  test('of the role that everyone has is a rule for everyone', async () => {
    await ask(command('quota set', { credits: 1, per: 'day', role: guildId }));
    expect(await stack.ledger().rules(guildId)).toMatchObject([{ target: { kind: 'everyone' } }]);
  });

  test('says what was there before; the same again changes nothing', async () => {
    await ask(command('quota set', { credits: 5, per: 'day', everyone: 'each' }));
    const raw = command('quota set', { credits: 7, per: 'week', everyone: 'each' });
    expect(text(await ask(raw))).toMatch(/Before.*5 credits a day.*Now.*7 credits a week/);
    expect(title(await ask(raw))).toBe('Nothing to change');
    expect(title(await ask(command('quota set', { credits: 7, per: 'week', everyone: 'each' })))).toBe('Nothing to change');
  });

  test.each([
    [{ credits: 5, per: 'day' }, 'For whom?'],
    [{ credits: 5, per: 'day', user: '5', role: '6' }, 'One at a time'],
    [{ credits: -1, per: 'day', user: '5' }, 'That number does not work'],
    [{ credits: 1e9, per: 'day', user: '5' }, 'That number does not work'],
    [{ per: 'day', user: '5' }, 'That number does not work'],
    [{ credits: 5, per: 'year', user: '5' }, 'I did not understand that'],
    [{ credits: 5, per: 'day', everyone: 'all' }, 'I did not understand that'],
    [{ credits: 5, per: 'day', user: '@everyone' }, 'I did not understand that'],
  ])('%j changes nothing and says why: %s', async (options, expected) => {
    const card = await ask(command('quota set', options));
    expect(title(card)).toBe(expected);
    expect(text(card)).toContain('Nothing was changed.');
    expect(await stack.ledger().rules(guildId)).toEqual([]);
  });

  test('is what the next /imagine is refused by, with the rule, what is left, the cost and when it comes back', async () => {
    await ask(command('quota set', { credits: 0.5, per: 'week', channel: CHANNEL }));
    const refusal = text(await ask(commandInteraction({ guildId, userId })));
    expect(refusal).toMatch(/Out of credits for now.*costs 1 credit; this channel has 0.5 of 0.5 credits left.*more than the rule ever gives/);
    expect(refusal).toContain(`The rule: 0.5 credits a week for all of <#${CHANNEL}> together.`);
  });
});

test('/quota remove drops a rule, and says so when there is none', async () => {
  await ask(command('quota set', { credits: 5, per: 'day', user: '5' }));
  expect(title(await ask(command('quota remove', { user: '5' })))).toBe('The rule is gone');
  expect(title(await ask(command('quota remove', { user: '5' })))).toBe('Nothing to change');
});

test('/quota grant and /quota reset change what somebody has, and /quota show tells it', async () => {
  const member = newSnowflake();
  await post(imagineJob({ guildId, userId: member }));
  expect(text(await ask(command('quota grant', { who: member, credits: 2.5, reason: 'a **prize**' })))).toMatch(/2.5 credits more.*Left before.*19 of 20.*Left now.*21.5 of 22.5/);
  expect(text(await ask(command('quota show', { who: member })))).toMatch(new RegExp(`<@${member}>.*21.5 of 22.5 credits`));
  expect(title(await ask(command('quota grant', { who: member, credits: 0 })))).toBe('That number does not work');
  expect(text(await ask(command('quota reset', { who: member })))).toMatch(/Left before.*21.5 of 22.5.*Left now.*"20 credits"/);
  expect(title(await ask(command('quota reset', { who: member })))).toBe('Nothing to change');
  expect(text(await ask(command('quota log')))).toMatch(/reset <@.*granted <@.*\*\*2.5 credits\*\*.*“a \\\\\*\\\\\*prize/);
});

test('/quota list tells all rules, however many there are, in the order in which they are asked', async () => {
  await ask(command('quota set', { credits: 9, per: 'day', everyone: 'together' }));
  await ask(command('quota set', { credits: 8, per: 'day', role: '6' }));
  await ask(command('quota set', { credits: 7, per: 'day', user: '5' }));
  expect(text(await ask(command('quota list')))).toMatch(/<@5>: \*\*7 credits a day.*<@&6>, each: \*\*8.*all together: \*\*9.*Whom no rule fits: 20 credits a day/);
  const many = Array.from({ length: 200 }, (_, i) => ({ target: { kind: 'user' as const, id: String(10n ** 19n + BigInt(i)) }, credits: 100, per: 'day' as const }));
  expect(text(await ask(command('quota list'), { ledger: Object.assign(stack.ledger(), { rules: async () => many }) }))).toMatch(/… and \d+ more/);
});

describe('/quota simulate', () => {
  test('says who would have been stopped and draws it, and changes nothing', async () => {
    for (let i = 0; i < 3; i += 1) await post();
    const raw = command('quota simulate', { credits: 2, per: 'day', everyone: 'each' });
    const answer = await handleInteraction(raw, ports);
    if (!('later' in answer)) throw new Error('it should come late');
    const late = await answer.later({ ...ports, drawPng });
    if (!('files' in late)) throw new Error('it should have a chart');
    expect(violations('IncomingWebhookUpdateRequestPartialSchema', late.card)).toEqual([]);
    expect(text(late.card)).toMatch(/stopped \*\*1 of 3 jobs\*\*, of 1 of 1 people.*3 → \*\*2 credits\*\* \(−33 %\)/);
    expect(text(late.card)).toMatch(new RegExp(`<@${userId}> 1 time, first <t:\\d+:f> · 3 → 2 credits`));
    expect(late.card.attachments).toMatchObject([{ filename: 'quota-simulation.png', description: expect.stringContaining('3 were spent') }]);
    const [chart] = late.files;
    const { data, info } = await sharp(chart?.data).removeAlpha().raw().toBuffer({ resolveWithObject: true });
    // Today is the last bar: two parts of it are kept (blue), the third would not have been spent (orange).
    const column = (y: number) => [...data.subarray((y * info.width + 601) * 3, (y * info.width + 601) * 3 + 3)];
    expect(column(215)).toEqual([0x5b, 0x8d, 0xef]);
    expect(column(60)).toEqual([0xe0, 0x85, 0x3c]);
    expect(await stack.ledger().rules(guildId)).toEqual([]);
  });

  test('without a way to draw shows the days in characters', async () => {
    await post();
    expect(text(await ask(command('quota simulate', { credits: 0, per: 'day', everyone: 'each' })))).toMatch(/before ·{29}█.*after {2}·{30}.*highest day: 1 credit/);
  });

  test('of a guild where nobody painted says so', async () => {
    expect(text(await ask(command('quota simulate', { credits: 0, per: 'day', user: '5' })))).toContain('Nobody has asked for a picture');
  });
});
