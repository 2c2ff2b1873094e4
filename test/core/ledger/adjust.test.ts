import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Job } from '../../../core/job.ts';
import type { Ledger } from '../../../core/ledger.ts';
import type { Changer } from '../../../core/ledger/audit.ts';
import type { Allowance, RuleTarget } from '../../../core/quota/rule.ts';
import { type TestStack, startTestStack } from '../../local-stack.ts';
import { imagineJob, newSnowflake } from '../example-jobs.ts';
import { MONDAY, everyone, postJob } from './posted-job.ts';

let stack: TestStack;
let ledger: Ledger;
let now: number;
let guildId: string;
let userId: string;

beforeAll(async () => {
  stack = await startTestStack();
});
afterAll(() => stack.close());
beforeEach(() => {
  now = MONDAY;
  ledger = stack.ledger({ now: () => now });
  guildId = newSnowflake();
  userId = newSnowflake();
});

const changer = (): Changer => ({ guildId, by: '900', interactionId: newSnowflake() });
const set = (target: RuleTarget, credits: number, per: Allowance['per']) => ledger.changeRule(changer(), target, { credits, per });
const ask = (changes: Partial<Omit<Job, 'work'>> = {}): Job => imagineJob({ guildId, userId, ...changes });
const post = (job: Job) => postJob(ledger, job);

describe('a grant', () => {
  const grant = (amount: number, by = changer()) => ledger.adjust(by, { userId }, { kind: 'grant', amount, reason: 'for the contest' });

  it('adds to what is left of the span, and goes with it', async () => {
    await set(everyone, 100, 'day');
    expect(await grant(150)).toMatchObject({ kind: 'adjusted', before: { left: 100, limit: 100 }, after: { left: 250, limit: 250 } });
    expect(await ledger.admit(ask(), 250)).toMatchObject({ kind: 'admitted', balance: { left: 0, reserved: 250, limit: 250 } });
    now = Date.parse('2026-12-01T00:00:00Z');
    expect(await ledger.balance(userId, guildId)).toMatchObject({ left: 100, limit: 100 });
  });

  it('delivered twice is one grant', async () => {
    const by = changer();
    await grant(100, by);
    expect(await grant(100, by)).toMatchObject({ kind: 'done-before', balance: { left: 2100 } });
    expect(await ledger.balance(userId, guildId)).toMatchObject({ left: 2100 });
  });

  it('while jobs are asked for loses neither', async () => {
    await Promise.all([...Array.from({ length: 4 }, () => ledger.admit(ask(), 100)), grant(100), grant(50)]);
    expect(await ledger.balance(userId, guildId)).toMatchObject({ reserved: 400, limit: 2150, left: 1750 });
  });
});

describe('a reset', () => {
  it('forgives what was spent, ends grants, and keeps what is held', async () => {
    const [posted, held] = [ask(), ask()];
    await ledger.admit(posted, 500);
    await ledger.admit(held, 300);
    await post(posted);
    await ledger.adjust(changer(), { userId }, { kind: 'grant', amount: 1000, reason: null });
    expect(await ledger.adjust(changer(), { userId }, { kind: 'reset', reason: null })).toMatchObject({
      before: { left: 2200, limit: 3000 },
      after: { left: 1700, reserved: 300 },
    });
    await ledger.end(held.id, { state: 'failed', reason: 'x' });
    expect(await ledger.balance(userId, guildId)).toMatchObject({ left: 2000, reserved: 0 });
    expect(await ledger.adjust(changer(), { userId }, { kind: 'reset', reason: null })).toMatchObject({ kind: 'nothing-to-do' });
  });
});

describe('the audit', () => {
  it('tells who changed what, from what to what, and when, newest first', async () => {
    const by = { guildId, by: '901', interactionId: newSnowflake() };
    await ledger.changeRule(by, everyone, { credits: 500, per: 'week' });
    await set(everyone, 600, 'week');
    await ledger.changeRule(changer(), everyone, null);
    await ledger.adjust(changer(), { userId }, { kind: 'grant', amount: 100, reason: 'a prize' });
    expect(await ledger.changes(guildId, 10)).toEqual([
      { by: '900', at: now, changed: { kind: 'grant', userId, amount: 100, before: { limit: 2000, left: 2000 }, after: { limit: 2100, left: 2100 }, reason: 'a prize' } },
      { by: '900', at: now, changed: { kind: 'remove', target: everyone, before: { credits: 600, per: 'week' }, after: null } },
      { by: '900', at: now, changed: { kind: 'set', target: everyone, before: { credits: 500, per: 'week' }, after: { credits: 600, per: 'week' } } },
      { by: '901', at: now, changed: { kind: 'set', target: everyone, before: null, after: { credits: 500, per: 'week' } } },
    ]);
    expect(await ledger.changes(guildId, 1)).toHaveLength(1);
  });

  it('has one row for each change that was made, and none for those that were not', async () => {
    const by = changer();
    expect(await ledger.changeRule(by, everyone, { credits: 500, per: 'week' })).toMatchObject({ kind: 'changed', before: null });
    expect(await ledger.changeRule(by, everyone, { credits: 700, per: 'week' })).toEqual({ kind: 'done-before' });
    expect(await set(everyone, 500, 'week')).toMatchObject({ kind: 'unchanged' });
    expect(await ledger.changeRule(changer(), { kind: 'server' }, null)).toEqual({ kind: 'unchanged', rule: null });
    expect(await ledger.changes(guildId, 10)).toHaveLength(1);
  });

  it('of admins who change a rule at once tells each change from the one before', async () => {
    await Promise.all([1, 2, 3].map((credits) => set(everyone, credits, 'day')));
    const changes = (await ledger.changes(guildId, 10)).flatMap(({ changed }) => (changed.kind === 'set' ? [changed] : []));
    expect(changes).toHaveLength(3);
    // One began without a rule, and each of the others where another ended.
    expect(changes.filter(({ before }) => before === null)).toHaveLength(1);
    const begun = changes.map(({ before }) => before?.credits ?? 0).toSorted();
    const [rule] = await ledger.rules(guildId);
    expect(begun).toEqual([0, 1, 2, 3].filter((credits) => credits !== rule?.credits));
  });
});

describe('a simulation', () => {
  it('reads the journal of the last days and says who a rule would have stopped', async () => {
    for (const [day, count] of [['2026-11-01', 1], ['2026-11-28', 3], ['2026-11-30', 2]] as const) {
      now = Date.parse(`${day}T10:00:00Z`);
      for (let i = 0; i < count; i += 1) {
        const job = ask();
        await ledger.admit(job, 100);
        await post(job);
      }
    }
    const proposed = { target: everyone, credits: 200, per: 'day' } as const;
    const simulated = await ledger.simulate(guildId, proposed, { days: 30 });
    expect(simulated).toMatchObject({ days: 30, from: Date.parse('2026-11-01'), jobs: 6, stopped: 1, before: 600, after: 500, people: [{ userId, stopped: 1 }] });
    expect(simulated.daily.map(({ date, before, after }) => [date, before, after])).toEqual([
      ['2026-11-01', 100, 100],
      ['2026-11-28', 300, 200],
      ['2026-11-30', 200, 200],
    ]);
    expect(await ledger.simulate(guildId, proposed, { days: 30, signal: AbortSignal.abort() })).toMatchObject({ days: 1, from: Date.parse('2026-11-01'), jobs: 1 });
    expect(await ledger.rules(guildId)).toEqual([]);
  });
});
