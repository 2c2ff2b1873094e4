import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ComponentType } from 'discord-api-types/v10';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { builtProcess } from '../../built-process.ts';
import { pictureButtons } from '../../../bot/cards/picture-buttons.ts';
import { pictureCard } from '../../../bot/cards/picture-card.ts';
import { createCustomIds } from '../../../bot/custom-id/custom-ids.ts';
import type { Gateway } from '../../../bot/gateway/run-gateway.ts';
import { runGateway } from '../../../bot/gateway/run-gateway.ts';
import type { LatePorts } from '../../../bot/ports.ts';
import { examineWithoutPixels } from '../../../bot/verify/examine-without-pixels.ts';
import type { Discord } from '../../../bot/rest/discord.ts';
import { createDiscord } from '../../../bot/rest/discord.ts';
import type { Job } from '../../../core/job.ts';
import { parseJob } from '../../../core/job.ts';
import { DEMO } from '../../../core/model.ts';
import type { LocalDiscord } from '../../../infra/local/discord/local-discord.ts';
import { startLocalDiscord } from '../../../infra/local/discord/local-discord.ts';
import { LocalUser } from '../../../infra/local/local-user.ts';
import { imagineJob } from '../../core/example-jobs.ts';
import type { TestStack } from '../../local-stack.ts';
import { startTestStack } from '../../local-stack.ts';
import { postedMessage } from '../posted-message.ts';
import { keepLog } from '../quiet-log.ts';
import { receiveJobs } from '../receive-jobs.ts';

/** Three pictures a day: enough for each test here, and soon used up. */
const DAILY = 300;
const PIXEL = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC', 'base64');

let stack: TestStack;
let dataDir: string;
let local: LocalDiscord;
let discord: Discord;
let gateway: Gateway;
let people: Record<'Ada' | 'Max' | 'Nora', LocalUser>;
let guildId: string;
const log = keepLog();
const notices: string[] = [];

const start = (over: Partial<Omit<LatePorts, 'discord'>> = {}) =>
  runGateway({
    token: local.token,
    api: local.apiBase,
    discord,
    ports: { ledger: stack.ledger({ dailyLimit: DAILY }), queue: stack.queue, pictures: stack.pictures, examinePicture: examineWithoutPixels, model: DEMO, now: Date.now, randomSeed: () => 77, customIds: createCustomIds([local.token]), log, ...over },
  });

beforeAll(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), 'refinery-test-'));
  [stack, local] = await Promise.all([startTestStack(), startLocalDiscord({ port: 0, dataDir, notice: (text) => notices.push(text) })]);
  discord = createDiscord({ token: local.token, api: local.apiBase });
  gateway = await start();
  const [Ada, Max, Nora] = await Promise.all([LocalUser.named(local.url, 'Ada'), LocalUser.named(local.url, 'Max'), LocalUser.named(local.url, 'Nora')]);
  people = { Ada, Max, Nora };
  guildId = (await people.Ada.state()).guild.id;
});
afterAll(async () => {
  await gateway.close();
  await Promise.all([local.close(), stack.close()]);
  await rm(dataDir, { recursive: true, force: true });
});
/** Nobody is poor because of the test before. */
afterEach(async () => {
  await receiveJobs(stack.queue);
  for (const jobId of admitted.splice(0)) await stack.ledger().end(jobId, { state: 'cancelled', reason: 'test' });
});

const admitted: string[] = [];

/** The next job on the queue, waited for. */
async function nextJob(): Promise<Job> {
  const [received] = await stack.queue.receive({ max: 1, waitSeconds: 15, visibilitySeconds: 30 });
  if (!received) throw new Error('no job came within 15 s');
  await stack.queue.delete(received.receiptHandle);
  const job = parseJob(received.body);
  admitted.push(job.id);
  return job;
}

/** What the person sees in answer to a command. */
async function imagine(person: LocalUser, channelName: string, options: Record<string, string | number>) {
  const channel = await person.channel(channelName);
  const outcome = await person.command(channel.id, 'imagine', options);
  expect(outcome).toMatchObject({ outcome: 'answered' });
  const [message] = await person.messages(channel.id);
  if (!message) throw new Error('no message');
  return { channel, message };
}

/** A picture of ours in the channel, posted by the bot and known to the ledger. */
async function picture(channelName = 'imagine') {
  const channel = await people.Ada.channel(channelName);
  const painted = imagineJob();
  const stored = [{ key: 'k', paintedKey: 'p', seed: 7, width: 128, height: 128 }];
  const buttons = pictureButtons({ job: painted, pictures: stored, model: DEMO, customIds: createCustomIds([local.token]), now: Date.now() });
  const shown = [{ filename: 'refinery-a.png', seed: 7, width: 512, height: 512 }];
  const card = pictureCard({ job: painted, pictures: shown, buttons, tookMs: 1, cost: 100, left: 200 });
  const { id: messageId } = await discord.post(channel.id, card, [{ name: 'refinery-a.png', data: PIXEL, contentType: 'image/png' }]);
  const { job } = await postedMessage(stack, { guildId, channelId: channel.id, messageId, jobId: painted.id });
  return { channel, messageId, job };
}

/** Presses the button of that label, or picks it from what a person sees last. */
async function pressButton(person: LocalUser, channelId: string, messageId: string, label: string) {
  const message = (await person.messages(channelId)).find(({ id }) => id === messageId);
  const buttons = (message?.components ?? []).flatMap((row) => (row.type === ComponentType.ActionRow ? row.components : []));
  const button = buttons.find((each) => 'label' in each && each.label?.startsWith(label));
  if (!button || !('custom_id' in button)) throw new Error(`there is no button ${label}`);
  return person.interact({ kind: 'component', channelId, messageId, customId: button.custom_id });
}

describe('commands', () => {
  test('are registered at the first start and left alone at the next', async () => {
    expect((await people.Max.state()).commands.map(({ name }) => name).toSorted()).toEqual(expect.arrayContaining(['Describe settings', 'Refine', 'Remix', 'help', 'imagine']));
    const again = await start();
    await again.close();
    expect(log.lines.map(({ event }) => event).filter((event) => String(event).startsWith('commands:'))).toEqual([
      'commands:register:registered',
      'commands:register:unchanged',
    ]);
  });
});

describe('/imagine', () => {
  test('shows its place in line to everyone and puts the job on the queue', async () => {
    const { channel, message } = await imagine(people.Max, 'imagine', { prompt: 'a red house', steps: 10, seed: 5 });
    expect(message).toMatchObject({ embeds: [{ title: 'Next in line', description: '```\na red house\n```' }] });
    expect((await people.Ada.messages(channel.id))[0]?.id).toBe(message.id);
    expect(await nextJob()).toMatchObject({
      userId: people.Max.id,
      guildId,
      channelId: channel.id,
      reply: { kind: 'interaction', applicationId: local.applicationId },
      work: { prompt: 'a red house', steps: 10, seed: 5 },
    });
  });

  test('with @everyone and markdown in the prompt pings nobody', async () => {
    const prompt = `@everyone <@${people.Ada.id}> \`\`\` [x](https://e.example)`;
    const { message } = await imagine(people.Ada, 'imagine', { prompt });
    expect(message).toMatchObject({ content: '', mention_everyone: false, mentions: [] });
    expect((await nextJob()).work.prompt).toBe(prompt);
  });

  test('works in direct messages with the bot', async () => {
    const channel = await people.Max.directChannel(gateway.botUserId);
    expect(await people.Max.command(channel.id, 'imagine', { prompt: 'a cat' })).toMatchObject({ outcome: 'answered' });
    expect(await nextJob()).toMatchObject({ guildId: null, channelId: channel.id });
  });

  test.each([
    ['beyond one’s credits', 'imagine', { prompt: 'a cat', count: 4 }, 'Out of credits for now'],
    ['where the bot may not post', 'announcements', { prompt: 'a cat' }, 'I may not post here'],
    ['without words', 'imagine', { prompt: ' ' }, 'What should it show?'],
  ])('%s is refused for the asker’s eyes only', async (_, channelName, options, title) => {
    const { channel, message } = await imagine(people.Max, channelName, options);
    expect(message).toMatchObject({ flags: 64, embeds: [{ title }] });
    expect((await people.Ada.messages(channel.id)).map(({ id }) => id)).not.toContain(message.id);
    expect(await receiveJobs(stack.queue)).toEqual([]);
  });
});

describe('✨', () => {
  test('on a picture becomes one job, whoever reacts after', async () => {
    const { channel, messageId, job } = await picture();
    await people.Max.react(channel.id, messageId, '✨');
    expect(await nextJob()).toMatchObject({
      id: `refine-${messageId}-0`,
      userId: people.Max.id,
      guildId,
      channelId: channel.id,
      reply: { kind: 'message', replyTo: messageId },
      work: { kind: 'refine', width: 192, height: 192, source: { jobId: job.id, index: 0, messageId, channelId: channel.id } },
    });
    const { channel: sameChannel, messageId: next } = await picture();
    await people.Ada.react(channel.id, messageId, '✨');
    await people.Ada.react(sameChannel.id, next, '✨');
    // The second reaction came first, and left nothing.
    expect((await nextJob()).id).toBe(`refine-${next}-0`);
    expect(await receiveJobs(stack.queue)).toEqual([]);
  });

  test('on somebody’s message, and by the bot itself, is ignored', async () => {
    const { channel, messageId } = await picture();
    const { id: foreign } = await people.Ada.say(channel.id, 'look at this');
    await people.Max.react(channel.id, foreign, '✨');
    await discord.react(channel.id, messageId, '✨');
    await people.Max.react(channel.id, messageId, '👍');
    await people.Max.react(channel.id, messageId, '1️⃣');
    expect(await nextJob()).toMatchObject({ id: `refine-${messageId}-0`, userId: people.Max.id });
    expect(await receiveJobs(stack.queue)).toEqual([]);
  });

  test('by someone out of credits is told in a direct message, not in the channel', async () => {
    const { Max, Nora } = people;
    const { channel, messageId } = await picture();
    for (const { id: userId } of [Max, Nora]) {
      const job = imagineJob({ userId, guildId });
      await stack.ledger({ dailyLimit: DAILY }).admit(job, DAILY);
      admitted.push(job.id);
    }
    const before = (await Max.messages(channel.id)).length;
    // Nora’s direct messages are closed.
    await Nora.react(channel.id, messageId, '✨');
    await Max.react(channel.id, messageId, '✨');
    const direct = await Max.directChannel(gateway.botUserId);
    await expect.poll(async () => (await Max.messages(direct.id))[0]?.embeds[0]?.title, { timeout: 5000 }).toBe('Out of credits for now');
    expect(await Max.messages(channel.id)).toHaveLength(before);
    expect(log.lines).toContainEqual(expect.objectContaining({ event: 'reaction:tell:closed' }));
  });
});

describe('buttons under a picture', () => {
  const newest = async (person: LocalUser, channelId: string) => (await person.messages(channelId))[0];

  test.each([
    ['Refine', { kind: 'refine' }],
    ['Vary', { kind: 'vary', seed: 77 }],
    ['Upscale', { kind: 'upscale' }],
    ['Again', { kind: 'imagine', seed: 77 }],
  ])('%s puts a job in line and says so in a reply to the picture', async (label, work) => {
    const { channel, messageId } = await picture();
    expect(await pressButton(people.Max, channel.id, messageId, label)).toMatchObject({ outcome: 'answered' });
    const job = await nextJob();
    expect(job).toMatchObject({ userId: people.Max.id, work });
    expect(await newest(people.Ada, channel.id)).toMatchObject({ message_reference: { message_id: messageId } });
  });

  test('Edit opens a form, and what is sent becomes a job', async () => {
    const { channel, messageId } = await picture();
    const form = await pressButton(people.Max, channel.id, messageId, 'Edit');
    if (form.outcome !== 'modal') throw new Error(`no form but ${form.outcome}`);
    const fields = { prompt: 'a green house', negative: '', seed: '5', steps: '10', guidance: '4' };
    expect(await people.Max.interact({ kind: 'modal', interactionId: form.interactionId, fields })).toMatchObject({ outcome: 'answered' });
    expect(await nextJob()).toMatchObject({ work: { kind: 'imagine', prompt: 'a green house', seed: 5, steps: 10, guidanceScale: 4 } });
  });

  test('To my DMs sends the file, or says that direct messages are closed', async () => {
    const { Max, Nora } = people;
    const { channel, messageId } = await picture();
    await pressButton(Max, channel.id, messageId, 'To my DMs');
    const direct = await Max.directChannel(gateway.botUserId);
    await expect.poll(async () => (await newest(Max, direct.id))?.attachments[0]?.filename, { timeout: 5000 }).toBe('refinery-a.png');
    await expect.poll(async () => (await newest(Max, channel.id))?.embeds[0]?.title, { timeout: 5000 }).toBe('📩 Sent to your direct messages');
    await pressButton(Nora, channel.id, messageId, 'To my DMs');
    await expect.poll(async () => (await newest(Nora, channel.id))?.embeds[0]?.title, { timeout: 5000 }).toBe('Your direct messages are closed');
  });

  test('Delete is refused to other members and, asked twice, takes the message down for a moderator', async () => {
    const { Ada, Max } = people;
    const { channel, messageId } = await picture();
    await pressButton(Max, channel.id, messageId, 'Delete');
    expect(await newest(Max, channel.id)).toMatchObject({ flags: 64, embeds: [{ title: 'That is not yours to delete' }] });
    await pressButton(Ada, channel.id, messageId, 'Delete');
    const ask = await newest(Ada, channel.id);
    await pressButton(Ada, channel.id, ask?.id ?? '', 'Delete');
    expect((await Ada.messages(channel.id)).map(({ id }) => id)).not.toContain(messageId);
    expect((await Ada.messages(channel.id)).find(({ id }) => id === ask?.id)).toMatchObject({ embeds: [{ title: 'Deleted' }] });
  });

  test('message commands do the same', async () => {
    const { channel, messageId } = await picture();
    const { commands } = await people.Max.state();
    const use = (name: string) => people.Max.interact({ kind: 'command', channelId: channel.id, commandId: commands.find((each) => each.name === name)?.id ?? '', targetId: messageId, options: [] });
    expect(await use('Remix')).toMatchObject({ outcome: 'modal' });
    await use('Describe settings');
    expect(await newest(people.Max, channel.id)).toMatchObject({ flags: 64, embeds: [{ title: 'How it was painted' }] });
    await use('Refine');
    const ask = await newest(people.Max, channel.id);
    expect(await pressButton(people.Max, channel.id, ask?.id ?? '', 'Refine')).toMatchObject({ outcome: 'answered' });
    expect(await nextJob()).toMatchObject({ id: `refine-${messageId}-0`, reply: { kind: 'message', replyTo: messageId } });
  });
});

test('npm run bot does the same as a process, and leaves at SIGTERM', { timeout: 60_000 }, async () => {
  const { channel, messageId } = await picture();
  await gateway.close();
  const child = spawn(process.execPath, [builtProcess('bot/gateway/main.ts')], {
    env: { PATH: process.env.PATH ?? '', ...stack.env, DISCORD_TOKEN: local.token, DISCORD_API_BASE: local.apiBase },
  });
  let printed = '';
  child.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  await expect.poll(() => printed, { timeout: 25_000 }).toContain('commands:register:unchanged');
  await imagine(people.Max, 'imagine', { prompt: 'my very private prompt' });
  expect(await nextJob()).toMatchObject({ work: { prompt: 'my very private prompt' } });
  // Posted before this process was there.
  expect(await pressButton(people.Ada, channel.id, messageId, 'Vary')).toMatchObject({ outcome: 'answered' });
  expect(await nextJob()).toMatchObject({ work: { kind: 'vary' } });
  child.kill('SIGTERM');
  expect(await ended).toBe(0);
  expect(printed).toContain('job:admit:queued');
  expect(printed).not.toContain('private');
  expect(printed).not.toContain(local.token);
  gateway = await start();
});

test('nothing that was sent made the local Discord wonder', () => expect(notices).toEqual([]));
