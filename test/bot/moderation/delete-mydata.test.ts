import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Card } from '../../../bot/cards/card.ts';
import { createCustomIds } from '../../../bot/custom-id/custom-ids.ts';
import { handleInteraction } from '../../../bot/interactions/handle-interaction.ts';
import { goOnDeleting } from '../../../bot/moderation/sweep-deletions.ts';
import { workOnDeletion } from '../../../bot/moderation/work-on-deletion.ts';
import type { LatePorts } from '../../../bot/ports.ts';
import { examineWithoutPixels } from '../../../bot/verify/examine-without-pixels.ts';
import { Unreachable } from '../../../bot/rest/discord-errors.ts';
import { DEMO } from '../../../core/model.ts';
import { handoverKey, paintedKey, pictureKey } from '../../../core/picture-key.ts';
import { imagineJob, newSnowflake } from '../../core/example-jobs.ts';
import { type TestStack, startTestStack } from '../../local-stack.ts';
import { violations } from '../discord-rules.ts';
import { commandInteraction, pressInteraction, seenMessage } from '../interactions/example-interaction.ts';
import { keepLog } from '../quiet-log.ts';
import { unusedDiscord } from '../unused-discord.ts';

const MINUTE = 60_000;
const customIds = createCustomIds(['a key']);
let stack: TestStack;
let ports: LatePorts;
let userId: string;
let removed: string[];
let edited: Card[];
let offset: number;
/** What this test's person writes, and nobody else. */
let words: string;

const now = () => Date.now() + offset;
const ledger = () => stack.ledger({ dailyLimit: 1_000_000, now });

beforeAll(async () => {
  stack = await startTestStack();
});
afterAll(() => stack.close());
beforeEach(() => {
  userId = newSnowflake();
  words = `words-of-${userId}`;
  removed = [];
  edited = [];
  offset = 0;
  const discord: LatePorts['discord'] = {
    ...unusedDiscord,
    remove: async (_, messageId) => void removed.push(messageId),
    editOriginal: async (_, __, card) => {
      edited.push({ attachments: [], ...card });
      return { id: '1', channel_id: '2', attachments: [] };
    },
  };
  ports = { ledger: ledger(), queue: stack.queue, pictures: stack.pictures, examinePicture: examineWithoutPixels, model: DEMO, now, randomSeed: () => 7, customIds, discord, log: keepLog() };
});

interface Painted {
  readonly guildId?: string | null;
  readonly prompt?: string;
  readonly isPrivate?: boolean;
  readonly by?: string;
}

/** A job that was painted, stored and posted. */
async function painted({ guildId = '300000000000000001', prompt = words, isPrivate = false, by = userId }: Painted = {}): Promise<string> {
  const job = imagineJob({ userId: by, guildId, createdAt: now(), ...(isPrivate && { private: true }), work: { prompt, prompt2: prompt, negativePrompt: prompt, image: { url: `https://cdn.discordapp.com/${prompt.replaceAll(' ', '-')}.png`, bytes: 1 } } });
  const keys = [pictureKey(job.id, 0, 'png'), paintedKey(job.id, 0), handoverKey(job.id, 0)];
  await Promise.all([ledger().admit(job, 100), ...keys.map((key) => stack.pictures.put(key, new Uint8Array(3), 'image/png'))]);
  await ledger().claim(job.id, 'worker', 60);
  await ledger().markPainted(job.id, 'worker', [{ key: keys[0] ?? '', paintedKey: keys[1] ?? '', seed: 1, width: 128, height: 128 }]);
  await ledger().markPosted(job.id, { channelId: '400000000000000001', messageIds: [`9${job.id.slice(1)}`] });
  return job.id;
}

async function answer(raw: unknown, changes: Partial<LatePorts> = {}) {
  const response = await handleInteraction(raw, { ...ports, ...changes });
  if ('later' in response) {
    // The card whose button was pressed stays until this one takes its place.
    expect(response.meanwhile).toEqual({ type: 6 });
    const card = await response.later({ ...ports, ...changes });
    expect(violations('IncomingWebhookUpdateRequestPartialSchema', card)).toEqual([]);
    return JSON.stringify(card);
  }
  expect(violations('CreateMessageInteractionCallbackRequestSchema', response)).toEqual([]);
  return JSON.stringify(response);
}

function ask(): Promise<string> {
  const raw = commandInteraction({ userId, name: 'mydata' });
  return answer({ ...raw, data: { id: '6', name: 'mydata', type: 1, options: [{ name: 'delete', type: 1, options: [] }] } });
}

const press = (what: 'data' | 'messages' = 'data', changes: Partial<LatePorts> = {}, by = userId) => answer(pressInteraction(customIds.write('mydata-delete', userId, what), seenMessage('1'), { userId: by }), changes);
const look = (by: string = userId) => answer(pressInteraction(customIds.write('mydata-look', userId), seenMessage('1'), { userId: by }));
const sweep = (changes: Partial<LatePorts> = {}) => goOnDeleting({ ...ports, ...changes }, new AbortController().signal);

/** All rows of the table that name somebody, or hold their words. */
async function rowsAbout(text: string): Promise<string[]> {
  const { Items = [] } = await stack.clients.dynamodb.send(new ScanCommand({ TableName: stack.names.TABLE_NAME }));
  return Items.map((item) => JSON.stringify(item)).filter((row) => row.includes(text));
}
async function filesOf(jobId: string): Promise<number> {
  const { Contents = [] } = await stack.clients.s3.send(new ListObjectsV2Command({ Bucket: stack.names.PICTURES_BUCKET }));
  return Contents.filter(({ Key = '' }) => Key.includes(jobId)).length;
}

describe('/mydata delete', () => {
  test('asks first, and says what goes, what stays and what cannot be taken back', async () => {
    const id = await painted();
    const asked = await ask();
    for (const text of ['"flags":64', 'Delete everything about you?', 'What goes', 'What stays, and why', 'What I cannot take back', 'Delete my data']) expect(asked).toContain(text);
    expect(await filesOf(id)).toBe(3);
  });

  test('deletes words, files and movements in every server and in direct messages, and nobody else’s', async () => {
    const other = newSnowflake();
    const mine = [await painted(), await painted({ guildId: newSnowflake() }), await painted({ guildId: null })];
    const theirs = await painted({ by: other, prompt: 'the words of others' });
    await ledger().moderation.accept(userId, 'open-rail-pp-m', 1);
    await ledger().moderation.keepPending(imagineJob({ userId, work: { prompt: words } }));

    expect(await press()).toContain('Gone: 3 jobs, 9 kept files, 6 movements of credits.');
    expect(await rowsAbout(words)).toEqual([]);
    expect(await Promise.all(mine.map(filesOf))).toEqual([0, 0, 0]);
    expect(await filesOf(theirs)).toBe(3);
    expect(await rowsAbout('the words of others')).toHaveLength(1);
    expect(await ledger().people.read(userId, null)).toMatchObject({ jobs: [], entries: [], terms: [], reports: [] });
    // Whoever still receives its message must find that the job is over; two days later even that is gone.
    expect(await ledger().claim(mine[0] ?? '', 'worker', 60)).toMatchObject({ kind: 'finished', row: { job: { work: { prompt: '' } } } });
    expect(removed).toEqual([]);
  });

  test('resets no quota', async () => {
    await painted();
    const spent = async () => (await ledger().balance(userId, '300000000000000001', [])).spent;
    expect(await spent()).toBe(100);
    await press();
    expect(await spent()).toBe(100);
  });

  test('leaves nothing of those whose quotas are over but the wish, for a day', async () => {
    await painted();
    offset = 40 * 24 * 60 * MINUTE;
    await press();
    expect((await rowsAbout(userId)).map((row) => Object(JSON.parse(row)).sk)).toEqual(['deletion']);
  });

  test('takes the messages along when asked to, but those that only the asker sees, and says which it could not', async () => {
    const ids = [await painted(), await painted(), await painted({ isPrivate: true })];
    const messages = ids.map((id) => `9${id.slice(1)}`);
    const remove: LatePorts['discord']['remove'] = async (_, messageId) => {
      if (messageId === messages[1]) throw new Unreachable('no access', 'DELETE', 403, 50001);
      removed.push(messageId);
    };
    const done = await press('messages', { discord: { ...ports.discord, remove } });
    expect(removed).toEqual(messages.slice(0, 1));
    expect(done).toContain('1 message.');
    expect(done).toContain('1 message with your pictures could not be deleted');
  });

  test('cancels what is in line, uncharged, and ends by itself when no worker can have it any more', async () => {
    const job = imagineJob({ userId, createdAt: now(), work: { prompt: words } });
    await ledger().admit(job, 100);
    expect(await press()).toContain('Deleting…');
    expect(await ledger().find(job.id)).toMatchObject({ state: 'cancelled', reason: 'by-asker' });
    expect((await ledger().balance(userId, job.guildId, [])).reserved).toBe(0);
    offset = 2 * MINUTE;
    expect(await sweep()).toBe(1);
    expect(edited).toMatchObject([{ embeds: [{ title: 'Everything is deleted', description: expect.stringContaining('1 job') }] }]);
    expect(violations('IncomingWebhookUpdateRequestPartialSchema', edited[0])).toEqual([]);
    expect(await rowsAbout(words)).toEqual([]);
    expect(await look()).toContain('Everything is deleted');
  });

  test('waits for a picture that is just being posted', async () => {
    const job = imagineJob({ userId, createdAt: now(), work: { prompt: words } });
    await ledger().admit(job, 100);
    await ledger().claim(job.id, 'worker', 60);
    await ledger().markPainted(job.id, 'worker', []);
    expect(await press()).toContain('Deleting…');
    expect(await look()).toContain('Deleting…');
    await ledger().markPosted(job.id, { channelId: '1', messageIds: ['8'] });
    expect(await look()).toContain('Gone: 1 job,');
    expect(await rowsAbout(words)).toEqual([]);
  });

  test('does not touch what is asked for afterwards', async () => {
    await painted();
    await press('data', { pictures: { deleteJob: () => Promise.reject(new Error('down')) } });
    offset = 1000;
    const id = await painted({ prompt: 'new words' });
    await ledger().moderation.accept(userId, 'open-rail-pp-m', 1);
    expect(await sweep()).toBe(1);
    expect(await filesOf(id)).toBe(3);
    expect(await ledger().people.read(userId, null)).toMatchObject({ jobs: [{ job: { id } }], entries: [{ id }, { id }], terms: [{}] });
  });

  test('goes on where it broke off, however many jobs there are, and deletes each once', async () => {
    await Promise.all(Array.from({ length: 25 }, () => painted()));
    let calls = 0;
    const deleteJob = (id: string) => ((calls += 1) > 14 ? Promise.reject(new Error('S3 is down')) : stack.pictures.deleteJob(id));
    expect(await press('data', { pictures: { deleteJob } })).toContain('Deleting…');
    expect(await look()).toMatch(/Gone: \d+ jobs, \d+ kept files, 50 movements of credits/);
    expect(await rowsAbout(words)).toEqual([]);
  });

  test('is gone on with by another process when the first one died, once its lease is over', async () => {
    await painted();
    await ledger().people.beginDeletion({ userId, here: null, withMessages: false });
    expect(await sweep()).toBe(0);
    expect(await look()).toContain('Deleting…');
    offset = MINUTE;
    expect(await sweep()).toBe(1);
    expect(await rowsAbout(words)).toEqual([]);
  });

  test('says how far it is when it must answer, and goes on', async () => {
    await Promise.all(Array.from({ length: 3 }, () => painted()));
    const asked = await ledger().people.beginDeletion({ userId, here: null, withMessages: false });
    const stopping = new AbortController();
    const deleteJob = async (id: string) => {
      stopping.abort();
      return stack.pictures.deleteJob(id);
    };
    expect(await workOnDeletion(asked, { ...ports, pictures: { deleteJob } }, stopping.signal)).toMatchObject({ isFinished: false, deleted: { jobs: 1, files: 3, entries: 2 } });
    expect(await look()).toContain('Gone: 3 jobs');
  });

  test('is nobody else’s to press', async () => {
    const id = await painted();
    expect(await press('data', {}, newSnowflake())).toContain('"flags":64');
    expect(await look(newSnowflake())).toContain('"flags":64');
    expect(await filesOf(id)).toBe(3);
    expect(await look()).toContain('Nothing is being deleted');
  });
});
