import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Card } from '../../../bot/cards/card.ts';
import { createCustomIds } from '../../../bot/custom-id/custom-ids.ts';
import { handleInteraction } from '../../../bot/interactions/handle-interaction.ts';
import type { LatePorts } from '../../../bot/ports.ts';
import { examineWithoutPixels } from '../../../bot/verify/examine-without-pixels.ts';
import { Broke, Unreachable } from '../../../bot/rest/discord-errors.ts';
import { DEMO } from '../../../core/model.ts';
import { newSnowflake } from '../../core/example-jobs.ts';
import { type TestStack, startTestStack } from '../../local-stack.ts';
import { violations } from '../discord-rules.ts';
import { ALLOWED, type Asking, commandInteraction, messageCommandInteraction, modalInteraction, pressInteraction, seenMessage } from '../interactions/example-interaction.ts';
import { postedMessage } from '../posted-message.ts';
import { keepLog } from '../quiet-log.ts';
import { receiveJobs } from '../receive-jobs.ts';
import { unusedDiscord } from '../unused-discord.ts';

const MEMBER = String(BigInt(ALLOWED) & ~(1n << 5n) & ~(1n << 13n));
const LOG_CHANNEL = '410000000000000001';
const customIds = createCustomIds(['a key']);
let stack: TestStack;
let ports: LatePorts;
let guildId: string;
/** What stands in the log channel, by message id. */
let log: Map<string, Card>;
let removed: string[];

beforeAll(async () => {
  stack = await startTestStack();
});
afterAll(() => stack.close());
beforeEach(() => {
  guildId = newSnowflake();
  log = new Map();
  removed = [];
  ports = {
    ledger: stack.ledger(),
    queue: stack.queue,
    pictures: stack.pictures,
    examinePicture: examineWithoutPixels,
    model: DEMO,
    now: Date.now,
    randomSeed: () => 7,
    customIds,
    discord: {
      ...unusedDiscord,
      post: async (channelId, card) => {
        expect(channelId).toBe(LOG_CHANNEL);
        return put(newSnowflake(), card);
      },
      edit: async (_, messageId, card) => {
        if (!log.has(messageId)) throw new Unreachable('gone', 'PATCH', 404, 10008);
        return put(messageId, card);
      },
      remove: async (_, messageId) => void removed.push(messageId),
    },
    log: keepLog(),
  };
});

function put(messageId: string, card: Card) {
  expect(violations('MessageCreateRequestSchema', card)).toEqual([]);
  expect(card.allowed_mentions).toEqual({ parse: [] });
  log.set(messageId, card);
  return { id: messageId, channel_id: LOG_CHANNEL, attachments: [] };
}

/** The whole answer as text; a late one is waited for. */
async function answer(raw: unknown, changes: Partial<LatePorts> = {}): Promise<string> {
  const response = await handleInteraction(raw, { ...ports, ...changes });
  if ('later' in response) {
    const late = await response.later({ ...ports, ...changes });
    expect(violations('IncomingWebhookUpdateRequestPartialSchema', late)).toEqual([]);
    return JSON.stringify(late);
  }
  const kind = response.type === 9 ? 'ModalInteractionCallbackRequestSchema' : 'CreateMessageInteractionCallbackRequestSchema';
  expect(violations(kind, response)).toEqual([]);
  if (response.type === 4 && (Number(response.data.flags) & 64) === 0) return `openly ${JSON.stringify(response)}`;
  return JSON.stringify(response);
}

function moderation(subcommand: string, options: Readonly<Record<string, string>> = {}, asking: Asking = {}): Promise<string> {
  const raw = commandInteraction({ guildId, ...asking, name: 'moderation', options });
  const { options: values, ...data } = raw['data'] as { options: unknown };
  return answer({ ...raw, data: { ...data, options: [{ name: subcommand, type: 1, options: values }] } });
}

const setLog = () => moderation('log', { channel: LOG_CHANNEL }).then(() => log.clear());
const picture = (prompt?: string) => postedMessage(stack, { guildId, ...(prompt !== undefined && { work: { prompt } }) });
const flag = (jobId: string, messageId: string, asking: Asking = {}) => answer(pressInteraction(customIds.write('report', jobId), seenMessage(messageId), { guildId, memberPermissions: MEMBER, ...asking }));
const send = (jobId: string, reason = 'it shows my address', asking: Asking = {}, changes: Partial<LatePorts> = {}) =>
  answer(modalInteraction(customIds.write('report', jobId), { reason }, { guildId, memberPermissions: MEMBER, ...asking }), changes);
const decide = (what: string, jobId: string, asking: Asking = {}, changes: Partial<LatePorts> = {}) => answer(pressInteraction(customIds.write(`report-${what}`, jobId), seenMessage('1'), { guildId, ...asking }), changes);
const shown = () => [...log.values()].map((card) => JSON.stringify(card));

describe('a report', () => {
  test('asks for a reason, and goes to the log channel with link, words and settings; whoever reports is thanked alone', async () => {
    await setLog();
    const { job, messageId } = await picture('a house on fire');
    expect(await flag(job.id, messageId)).toContain('What is wrong with it?');
    const by = newSnowflake();
    expect(await send(job.id, 'it shows my address', { userId: by })).toContain('Thank you');
    const [entry = ''] = shown();
    for (const text of ['A picture was reported', 'a house on fire', `<@${by}>: it shows my address`, `https://discord.com/channels/${guildId}/400000000000000001/${messageId}`, `<@${job.userId}>`, 'Refinery demo', 'seed `7`', 'Delete the picture', 'Dismiss', 'Block who asked']) expect(entry).toContain(text);
  });

  test('is there as a message command, for pictures of ours alone', async () => {
    await setLog();
    const { job, messageId } = await picture();
    expect(await answer(messageCommandInteraction('Report to moderators', seenMessage(messageId), { guildId }))).toContain(customIds.write('report', job.id));
    expect(await answer(messageCommandInteraction('Report to moderators', seenMessage('77'), { guildId }))).toContain('That is not a picture of mine');
  });

  test('is made once a person and picture; others are added to the same post', async () => {
    await setLog();
    const { job } = await picture();
    const [first, second] = [newSnowflake(), newSnowflake()];
    await send(job.id, 'one', { userId: first });
    expect(await send(job.id, 'again', { userId: first })).toContain('You reported this before');
    expect(await send(job.id, 'two', { userId: second })).toContain('Thank you');
    expect(log.size).toBe(1);
    expect(shown()[0]).toContain(`Reported by 2 people","value":"<@${first}>: one\\n<@${second}>: two"`);
  });

  test('of many at once is one post that names them all', async () => {
    await setLog();
    const { job } = await picture();
    const people = Array.from({ length: 4 }, () => newSnowflake());
    for (const each of await Promise.all(people.map((userId) => send(job.id, 'x', { userId })))) expect(each).toContain('Thank you');
    expect(await stack.ledger().reports.find(guildId, job.id)).toMatchObject({ reporters: people.map(() => ({ reason: 'x' })) });
    expect(log.size).toBe(1);
  });

  test('is passed on five times an hour of one person', async () => {
    await setLog();
    const userId = newSnowflake();
    for (let i = 0; i < 5; i += 1) expect(await send((await picture()).job.id, 'x', { userId })).toContain('Thank you');
    expect(await send((await picture()).job.id, 'x', { userId })).toContain('That is a lot of reports');
    expect(log.size).toBe(5);
  });

  test('says so where moderators have set no channel, before anybody has to write, and in direct messages', async () => {
    const { job, messageId } = await picture();
    expect(await flag(job.id, messageId)).toContain('Nobody would be told');
    expect(await send(job.id)).toContain('Nobody would be told');
    expect(await flag(job.id, messageId, { guildId: null })).toContain('There are no moderators here');
  });

  test.each(['gone', 'closed'])('that cannot arrive, as the channel is %s, is said not to, can be made again, and admins are told when they look', async (what) => {
    await setLog();
    const { job } = await picture();
    const userId = newSnowflake();
    const post = () => Promise.reject(new Unreachable(what, 'POST', 404, what === 'gone' ? 10003 : 50001));
    expect(await send(job.id, 'x', { userId }, { discord: { ...ports.discord, post } })).toContain('Your report did not arrive');
    expect(await moderation('show')).toContain('is out of my reach since');
    expect(await send(job.id, 'x', { userId })).toContain('Thank you');
    expect(await moderation('show')).not.toContain('is out of my reach');
  });

  test('while Discord is down can be made again', async () => {
    await setLog();
    const { job } = await picture();
    const userId = newSnowflake();
    const post = () => Promise.reject(new Broke('down', 'POST', 500, undefined));
    await expect(send(job.id, 'x', { userId }, { discord: { ...ports.discord, post } })).rejects.toThrow('down');
    expect(await send(job.id, 'x', { userId })).toContain('Thank you');
  });

  test('whose post was deleted gets a new one with the next report', async () => {
    await setLog();
    const { job } = await picture();
    await send(job.id, 'one');
    log.clear();
    expect(await send(job.id, 'two')).toContain('Thank you');
    expect(shown()[0]).toContain('Reported by 2 people');
  });
});

describe('a moderator', () => {
  test('deletes the picture, and the report says who did', async () => {
    await setLog();
    const { job, messageId } = await picture();
    await send(job.id);
    const by = newSnowflake();
    const decided = await decide('delete', job.id, { userId: by });
    expect(removed).toEqual([messageId]);
    expect(decided).toContain(`🗑️ Picture deleted by <@${by}>`);
    expect(decided).not.toContain('Delete the picture');
    expect(await send(job.id, 'me too')).toContain('Moderators have looked at it');
  });

  test('dismisses it; the first one’s word counts', async () => {
    await setLog();
    const { job } = await picture();
    await send(job.id);
    const [first, second] = [newSnowflake(), newSnowflake()];
    expect(await decide('dismiss', job.id, { userId: first })).toContain(`Report dismissed by <@${first}>`);
    expect(await decide('delete', job.id, { userId: second })).toContain(`Report dismissed by <@${first}>`);
    expect(removed).toEqual([]);
  });

  test('is told when the picture is out of the bot’s reach; one whose channel is gone counts as deleted', async () => {
    await setLog();
    const { job } = await picture();
    await send(job.id);
    const failing = (code: number) => ({ discord: { ...ports.discord, remove: () => Promise.reject(new Unreachable('x', 'DELETE', 404, code)) } });
    const still = await decide('delete', job.id, {}, failing(50001));
    expect(still).toContain('I cannot get at that message any more');
    expect(still).toContain('Delete the picture');
    expect(await decide('delete', job.id, {}, failing(10003))).toContain('Picture deleted');
  });

  test('blocks whoever asked, who is told when they ask again, and lifts it', async () => {
    await setLog();
    const { job } = await picture();
    await send(job.id);
    const ask = () => answer(commandInteraction({ userId: job.userId, guildId }));
    expect(await decide('block', job.id)).toContain('Unblock who asked');
    expect(await ask()).toContain('keeps you from asking for pictures here');
    expect(await receiveJobs(stack.queue)).toEqual([]);
    expect(await moderation('show')).toContain(`<@${job.userId}>, by`);
    expect(await decide('unblock', job.id)).toContain('Block who asked');
    expect(await ask()).toContain('openly');
    expect(await receiveJobs(stack.queue)).toHaveLength(1);
  });

  test.each(['delete', 'dismiss', 'block', 'unblock'])('alone may %s, whoever sees the log channel', async (what) => {
    await setLog();
    const { job } = await picture();
    await send(job.id);
    expect(await decide(what, job.id, { memberPermissions: MEMBER })).toContain('This is for members with **Manage Messages**');
    expect(await decide(what, job.id, { guildId: null })).toContain('This is for members with **Manage Messages**');
    expect(await decide(what, job.id, { guildId: newSnowflake() })).toContain('I do not know this report any more');
    expect(removed).toEqual([]);
    expect((await stack.ledger().moderation.standing(job.userId, guildId)).isBlocked).toBe(false);
  });
});

describe('/moderation', () => {
  test('sets a log channel once a post has arrived there, and takes it back', async () => {
    const closed = { ...ports.discord, post: () => Promise.reject(new Unreachable('x', 'POST', 403, 50013)) };
    const raw = commandInteraction({ guildId, name: 'moderation' });
    const setting = { ...raw, data: { id: '6', name: 'moderation', type: 1, options: [{ name: 'log', type: 1, options: [{ name: 'channel', type: 7, value: LOG_CHANNEL }] }] } };
    expect(await answer(setting, { discord: closed })).toContain('I cannot post there');
    expect(await moderation('show')).toContain('None. Reports cannot be passed on');
    expect(await moderation('log', { channel: LOG_CHANNEL })).toContain('Log channel set');
    expect(shown()[0]).toContain('Reports come here from now on');
    expect(await moderation('show')).toContain(`set the log channel to <#${LOG_CHANNEL}>`);
    expect(await moderation('log')).toContain('Log channel taken back');
  });
  test('blocks and unblocks, and says when that is so already', async () => {
    const user = newSnowflake();
    expect(await moderation('block', { user })).toContain('Blocked');
    expect(await moderation('block', { user })).toContain('Nothing to do');
    expect(await moderation('unblock', { user })).toContain('Unblocked');
    expect(await moderation('show')).toContain(`unblocked <@${user}>`);
  });
  test('is for moderators, and its log channel for those who manage the server', async () => {
    for (const what of ['show', 'log', 'block', 'unblock']) expect(await moderation(what, { user: '1' }, { memberPermissions: MEMBER })).toContain('Manage Messages');
    const moderator = String(BigInt(ALLOWED) & ~(1n << 5n));
    expect(await moderation('log', { channel: LOG_CHANNEL }, { memberPermissions: moderator })).toContain('Manage Server');
    expect(await moderation('show', {}, { guildId: null })).toContain('use this in one');
  });
});

describe('a prompt that a word rule refuses', () => {
  const ask = (prompt: string, userId: string) => answer(commandInteraction({ userId, guildId, options: { prompt } }));
  const deny = (term: string) => stack.ledger().moderation.change({ guildId, by: '1', interactionId: newSnowflake() }, { kind: 'add', list: 'deny', term }, (before) => ({ ...before, deny: [term] }));

  test('is shown to moderators with who, where and why; its asker is told that they see it', async () => {
    await setLog();
    await deny('scunner');
    const userId = newSnowflake();
    expect(await ask('a **scunner** @everyone', userId)).toContain('moderators see refused prompts');
    const [entry = ''] = shown();
    for (const text of ['A prompt was refused', 'a **scunner** @everyone', `<@${userId}> in <#400000000000000001>`, '||scunner||']) expect(entry).toContain(text);
  });
  test('is shown three times in ten minutes of one person, and ten times of a server', async () => {
    await setLog();
    await deny('scunner');
    const one = newSnowflake();
    for (let i = 0; i < 5; i += 1) await ask(`scunner ${i}`, one);
    expect(log.size).toBe(3);
    expect(shown()[2]).toContain('are not shown');
    for (let i = 0; i < 8; i += 1) await ask('scunner', newSnowflake());
    expect(log.size).toBeLessThanOrEqual(10);
  });
  test('is refused all the same where there is no channel, or none that can be reached', async () => {
    await deny('scunner');
    expect(await ask('scunner', newSnowflake())).not.toContain('moderators see');
    await setLog();
    const post = () => Promise.reject(new Unreachable('x', 'POST', 404, 10003));
    expect(await answer(commandInteraction({ guildId, options: { prompt: 'scunner' } }), { discord: { ...ports.discord, post } })).toContain('I will not paint that');
    expect(await moderation('show')).toContain('is out of my reach');
  });
});

test('a report goes with its author’s data, and stands in their export', async () => {
  await setLog();
  const { job } = await picture();
  const userId = newSnowflake();
  await send(job.id, 'something private', { userId });
  expect(await stack.ledger().people.read(userId, guildId)).toMatchObject({ reports: [{ jobId: job.id, reason: 'something private' }] });
  await stack.ledger().people.forgetWords(userId, Date.now());
  expect(await stack.ledger().people.read(userId, guildId)).toMatchObject({ reports: [] });
  expect(await stack.ledger().reports.find(guildId, job.id)).toMatchObject({ reporters: [] });
});
