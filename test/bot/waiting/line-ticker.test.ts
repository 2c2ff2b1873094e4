import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Card } from '../../../bot/cards/card.ts';
import { createCustomIds } from '../../../bot/custom-id/custom-ids.ts';
import { Broke } from '../../../bot/rest/discord-errors.ts';
import { createLineTicker } from '../../../bot/waiting/line-ticker.ts';
import type { Job } from '../../../core/job.ts';
import type { Ledger } from '../../../core/ledger.ts';
import { imagineJob, newSnowflake } from '../../core/example-jobs.ts';
import { type TestStack, startTestStack } from '../../local-stack.ts';
import { keepLog } from '../quiet-log.ts';

let stack: TestStack;
let ledger: Ledger;
let now = 0;
let jobs: Job[];
let edits: { readonly token: string; readonly card: Card }[];
let failWith: Error | undefined;
let duringEdit: (() => Promise<unknown>) | undefined;
let ticker: ReturnType<typeof createLineTicker>;
beforeAll(async () => {
  stack = await startTestStack();
  now = Date.now();
  ledger = stack.ledger({ now: () => now });
});
afterAll(() => stack.close());

/** Three people in line, one of them being painted for, and all of their cards up to date. */
beforeEach(async () => {
  now += 3_600_000;
  edits = [];
  failWith = undefined;
  duringEdit = undefined;
  jobs = ['a', 'b', 'c'].map((name, i) =>
    imagineJob({ userId: newSnowflake(), createdAt: now + i, reply: { kind: 'interaction', applicationId: '5', token: name, receivedAt: now } }),
  );
  for (const job of jobs) {
    await ledger.admit(job, 100);
    await ledger.markSent(job.id);
  }
  await ledger.workforce.recordJob('demo', { megapixelSteps: 0.4, painting: 8, rest: 2 });
  await beat();
  await ledger.claim(idOf(0), 'a worker', 60);
  ticker = tickerOn(ledger);
  await ticker.tick();
  return async () => {
    for (const job of jobs) await ledger.end(job.id, { state: 'failed', reason: 'test' });
  };
});

function tickerOn(books: Ledger) {
  const discord = {
    editOriginal: async (_: string, token: string, card: Card) => {
      if (failWith) throw failWith;
      await duringEdit?.();
      edits.push({ token, card });
      return { id: '1', channel_id: '2', attachments: [] };
    },
  };
  return createLineTicker({ ledger: books, discord, customIds: createCustomIds(['a key']), now: () => now, log: keepLog() });
}

const idOf = (place: number) => jobs[place]?.id ?? '';
const beat = () => ledger.workforce.report('a worker', { models: ['demo'], provider: 'cpu', slots: 1, busy: 1, startedAt: now });
const firstIsDone = () => ledger.end(idOf(0), { state: 'failed', reason: 'test' });
const titles = () => edits.map(({ token, card }) => `${token}: ${card.embeds[0]?.title ?? ''}`);

describe('the cards of those who wait', () => {
  test('move on with the line, but for the one that a worker may take at any moment', async () => {
    await firstIsDone();
    now += 6000;
    await ticker.tick();
    expect(titles()).toEqual(['c: In line, after 1 other']);
    expect(edits[0]?.card.embeds[0]?.fields?.[0]).toMatchObject({ name: 'Time left', value: expect.stringMatching(/^about \d+–\d+ s$/) });
    expect(edits[0]?.card.components).toHaveLength(1);
  });

  test('are left alone for five seconds after an edit, and while nothing moved', async () => {
    now += 4000;
    await firstIsDone();
    await ticker.tick();
    expect(edits).toEqual([]);
    now += 2000;
    await ticker.tick();
    now += 6000;
    await ticker.tick();
    expect(edits).toHaveLength(1);
  });

  test('take no picture away that was posted in the meantime', async () => {
    duringEdit = () => ledger.claim(idOf(2), 'another worker', 60);
    now += 31_000;
    await beat();
    await ticker.tick();
    expect(titles().map((title) => title[0]), 'c was taken while b was edited').toEqual(['b']);
    expect(edits[0]?.card, 'an edit that names no files keeps them').not.toHaveProperty('attachments');
  });

  test('are marked while they are edited, so that no picture comes in between', async () => {
    let marked: number | undefined;
    duringEdit = async () => (marked ??= (await ledger.find(idOf(1)))?.cardMarkedUntil);
    now += 31_000;
    await ticker.tick();
    expect(marked).toBeGreaterThan(now);
    expect(await ledger.find(idOf(1)), 'answered').not.toHaveProperty('cardMarkedUntil');
  });

  test('stay marked for as long as an edit that nobody answered may land', async () => {
    now += 31_000;
    failWith = new Broke('no answer', 'PATCH', undefined, undefined);
    await ticker.tick();
    expect((await ledger.find(idOf(1)))?.cardMarkedUntil).toBeGreaterThanOrEqual(now + 5000);
  });

  test('are left alone by a bot that stood still between looking and editing', async () => {
    now += 31_000;
    const slow = new Proxy(ledger, {
      get: (object, name) =>
        name === 'markCard'
          ? async (...args: Parameters<Ledger['markCard']>) => {
              const row = await object.markCard(...args);
              now += 60_000;
              return row;
            }
          : (Reflect.get(object, name) as unknown as (...args: unknown[]) => unknown).bind?.(object) ?? Reflect.get(object, name),
    });
    ticker = tickerOn(slow);
    await ticker.tick();
    now += 31_000;
    await beat();
    await ticker.tick();
    expect(edits).toEqual([]);
  });

  test('get a new estimate now and then', async () => {
    now += 31_000;
    await ticker.tick();
    expect(titles()).toEqual(['b: In line, after 1 other', 'c: In line, after 2 others']);
  });

  test('are not touched once their token may be gone', async () => {
    now += 13.5 * 60_000;
    await ticker.tick();
    expect(edits).toEqual([]);
  });

  test('wait when Discord says so', async () => {
    await firstIsDone();
    now += 6000;
    failWith = new Broke('wait', 'PATCH', 429, undefined);
    await ticker.tick();
    failWith = undefined;
    now += 10_000;
    await ticker.tick();
    expect(edits).toEqual([]);
  });

  test('say when the picture may come too late for them', async () => {
    await ledger.workforce.recordJob('demo', { megapixelSteps: 0.4, painting: 4000, rest: 2 });
    now += 31_000;
    await ticker.tick();
    expect(JSON.stringify(edits.at(-1)?.card)).toContain('comes as a new message here that mentions you');
  });
});
