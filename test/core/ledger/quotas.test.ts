import { BatchWriteCommand } from '@aws-sdk/lib-dynamodb';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Job } from '../../../core/job.ts';
import { Ledger } from '../../../core/ledger.ts';
import { readPurse } from '../../../core/ledger/account.ts';
import { reserve } from '../../../core/ledger/admit.ts';
import type { Changer } from '../../../core/ledger/audit.ts';
import { MOST_RULES, ruleKey } from '../../../core/ledger/rules.ts';
import type { Allowance, RuleTarget } from '../../../core/quota/rule.ts';
import { clientsFor } from '../../../infra/local/aws-clients.ts';
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

describe('a rule', () => {
  it('holds from the next admission on, until it is removed', async () => {
    await set(everyone, 150, 'day');
    expect(await ledger.admit(ask(), 100)).toMatchObject({ kind: 'admitted', balance: { limit: 150, left: 50, rule: { target: everyone } } });
    expect(await ledger.admit(ask(), 100)).toMatchObject({ kind: 'out-of-credits', balance: { limit: 150, left: 50, reserved: 100 } });
    await ledger.changeRule(changer(), everyone, null);
    expect(await ledger.admit(ask(), 100)).toMatchObject({ kind: 'admitted', balance: { limit: 2000, left: 1800, rule: { target: { kind: 'default' } } } });
  });

  it('for another guild, and in direct messages, changes nothing', async () => {
    await set(everyone, 0, 'day');
    expect(await ledger.admit(ask({ guildId: newSnowflake() }), 100)).toMatchObject({ kind: 'admitted' });
    expect(await ledger.admit(ask({ guildId: null }), 100)).toMatchObject({ kind: 'admitted', balance: { left: 1900 } });
  });

  it('of a role holds for its members, and is remembered where the member is not seen', async () => {
    await set({ kind: 'role', id: '77' }, 5000, 'week');
    await ledger.admit(ask(), 100, { roleIds: ['76', '77'] });
    expect(await ledger.balance(userId, guildId)).toMatchObject({ left: 4900, rule: { per: 'week' } });
    expect(await ledger.balance(userId, guildId, [])).toMatchObject({ left: 1900, rule: { target: { kind: 'default' } } });
  });

  it('of nothing lets nobody paint', async () => {
    await set(everyone, 0, 'month');
    expect(await ledger.admit(ask(), 1)).toMatchObject({ kind: 'out-of-credits', balance: { left: 0, limit: 0 } });
  });

  it('finds what was spent before it was made, so that no change of rules or roles fills a purse', async () => {
    await ledger.admit(ask(), 1500);
    await set(everyone, 2000, 'week');
    expect(await ledger.admit(ask(), 600)).toMatchObject({ kind: 'out-of-credits', balance: { left: 500 } });
    await set({ kind: 'role', id: '77' }, 2000, 'month');
    expect(await ledger.admit(ask(), 600, { roleIds: ['77'] })).toMatchObject({ kind: 'out-of-credits', balance: { left: 500, rule: { per: 'month' } } });
  });
});

describe('a span', () => {
  it.each([
    ['day', '2026-11-30T23:59:59.999Z', '2026-12-01T00:00:00Z'],
    ['week', '2026-12-06T23:59:59.999Z', '2026-12-07T00:00:00Z'],
    ['month', '2026-11-30T23:59:59.999Z', '2026-12-01T00:00:00Z'],
  ] as const)('of a %s lasts until %s and the limit starts anew at %s', async (per, last, next) => {
    await set(everyone, 100, per);
    const resetsAt = Date.parse(next) / 1000;
    expect(await ledger.admit(ask(), 100)).toMatchObject({ kind: 'admitted', balance: { resetsAt } });
    now = Date.parse(last);
    expect(await ledger.admit(ask(), 1)).toMatchObject({ kind: 'out-of-credits', balance: { resetsAt } });
    now = Date.parse(next);
    expect(await ledger.admit(ask(), 100)).toMatchObject({ kind: 'admitted', balance: { left: 0 } });
  });

  it('that a job was asked for in is the one that its end is written to, whatever the rules are then', async () => {
    await set(everyone, 300, 'week');
    const [posted, failed] = [ask(), ask()];
    await ledger.admit(posted, 100);
    await ledger.admit(failed, 100);
    await set(everyone, 400, 'month');
    now = Date.parse('2026-12-08T10:00:00Z');
    await post(posted);
    await ledger.end(failed.id, { state: 'failed', reason: 'it broke' });
    expect(await ledger.balance(userId, guildId)).toMatchObject({ spent: 0, reserved: 0, left: 400 });
    now = MONDAY;
    expect(await ledger.balance(userId, guildId)).toMatchObject({ spent: 100, reserved: 0, left: 300 });
    await set(everyone, 300, 'week');
    expect(await ledger.balance(userId, guildId)).toMatchObject({ spent: 100, reserved: 0, left: 200 });
  });
});

describe('a pot', () => {
  it('of a channel is shared by all who paint there, its threads included, and by nobody else', async () => {
    await set({ kind: 'channel', id: '40' }, 250, 'day');
    const other = newSnowflake();
    expect(await ledger.admit(ask({ channelId: '40' }), 100)).toMatchObject({ kind: 'admitted', balance: { left: 1900 } });
    expect(await ledger.admit(ask({ channelId: '41', userId: other }), 100, { parentChannelId: '40' })).toMatchObject({ kind: 'admitted' });
    expect(await ledger.admit(ask({ channelId: '40', userId: other }), 100)).toMatchObject({
      kind: 'out-of-credits',
      balance: { left: 50, reserved: 200, rule: { target: { kind: 'channel', id: '40' } } },
    });
    expect(await ledger.admit(ask({ channelId: '42', userId: other }), 100)).toMatchObject({ kind: 'admitted', balance: { left: 1800 } });
  });

  it('is given back to when a job fails, and shown to whoever asks there', async () => {
    await set({ kind: 'channel', id: '40' }, 100, 'day');
    const job = ask({ channelId: '40' });
    await ledger.admit(job, 100);
    now += 1000;
    await ledger.end(job.id, { state: 'cancelled', reason: 'by its asker' });
    expect(await ledger.standing({ userId, guildId }, ['40'])).toMatchObject({
      own: { left: 2000, reserved: 0 },
      shared: [{ left: 100, reserved: 0, limit: 100 }],
      entries: [{ kind: 'refund', amount: 100, id: job.id }, { kind: 'reserve', amount: 100, id: job.id }],
    });
  });

  it('of the server gives out exactly what is in it to fifty who hammer it, and its sums are right to the hundredth', async () => {
    await set({ kind: 'server' }, 10_000, 'day');
    const jobs = Array.from({ length: 50 }, () => newSnowflake()).flatMap((member) => Array.from({ length: 3 }, () => ask({ userId: member })));
    const admissions = await Promise.all(jobs.map((job) => ledger.admit(job, 100)));
    expect(admissions.filter(({ kind }) => kind === 'admitted')).toHaveLength(100);
    const refusals = admissions.filter((admission) => admission.kind === 'out-of-credits');
    expect(refusals).toHaveLength(50);
    for (const { balance } of refusals) expect(balance).toMatchObject({ left: 0, limit: 10_000, rule: { target: { kind: 'server' } } });
    const admitted = jobs.filter((_, index) => admissions[index]?.kind === 'admitted');
    await Promise.all(admitted.map(post));
    const { shared } = await ledger.standing({ userId, guildId }, []);
    expect(shared).toMatchObject([{ spent: 10_000, reserved: 0, left: 0 }]);
    const members = [...new Set(jobs.map((job) => job.userId))];
    const balances = await Promise.all(members.map((member) => ledger.balance(member, guildId)));
    expect(balances.reduce((sum, { spent }) => sum + spent, 0)).toBe(10_000);
  });
});

describe('a thousand at once, with credits for five hundred', () => {
  it('are five hundred admissions', async () => {
    await set({ kind: 'user', id: userId }, 50_000, 'month');
    const context = { client: stack.clients.dynamodb, tableName: stack.names.TABLE_NAME, now: () => now, dailyLimit: 0 };
    // Read once, for speed: what decides is the transaction.
    const purse = await readPurse(context, { userId, guildId }, now);
    const kinds = await Promise.all(Array.from({ length: 1000 }, async () => (await reserve(context, ask(), 100, { purse, channelIds: [], at: now })).kind));
    expect(kinds.filter((kind) => kind === 'reserved')).toHaveLength(500);
    expect(kinds.filter((kind) => kind === 'out-of-credits')).toHaveLength(500);
    expect(await ledger.balance(userId, guildId)).toMatchObject({ reserved: 50_000, left: 0 });
  });
});

describe('an admission', () => {
  it('with database and network at 400 ms a call leaves most of Discord’s three seconds to others', async () => {
    const slow = clientsFor(stack.env);
    slow.dynamodb.middlewareStack.add((next) => async (args) => {
      await sleep(400);
      return next(args);
    }, { step: 'initialize' });
    await set({ kind: 'channel', id: '40' }, 100, 'day');
    const slowLedger = new Ledger(slow.dynamodb, stack.names.TABLE_NAME, { now: () => now });
    const startedAt = performance.now();
    expect(await slowLedger.admit(ask({ channelId: '40' }), 100)).toMatchObject({ kind: 'admitted' });
    expect(await slowLedger.admit(ask({ channelId: '40' }), 100)).toMatchObject({ kind: 'out-of-credits' });
    const each = (performance.now() - startedAt) / 2;
    slow.destroy();
    // Two round trips are 800 ms; three would be 1200.
    expect(each).toBeLessThan(1200);
  });
});

describe('a guild with as many rules as there may be', () => {
  it('reads them all, takes no more, and lets them be changed', async () => {
    const puts = Array.from({ length: MOST_RULES }, (_, i) => {
      const target = { kind: 'role', id: String(i + 1) } as const;
      return { PutRequest: { Item: { ...ruleKey(guildId, target), target, credits: i, per: 'day' } } };
    });
    for (let i = 0; i < puts.length; i += 25) {
      await stack.clients.dynamodb.send(new BatchWriteCommand({ RequestItems: { [stack.names.TABLE_NAME]: puts.slice(i, i + 25) } }));
    }
    expect(await ledger.rules(guildId)).toHaveLength(MOST_RULES);
    expect(await set(everyone, 1, 'day')).toEqual({ kind: 'too-many-rules', most: MOST_RULES });
    expect(await set({ kind: 'role', id: '1' }, 1, 'day')).toMatchObject({ kind: 'changed' });
    await ledger.changeRule(changer(), { kind: 'role', id: '2' }, null);
    expect(await set(everyone, 1, 'day')).toMatchObject({ kind: 'changed' });
  });
});
