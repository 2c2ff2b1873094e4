/** Random lives of two people's credits, compared with a ledger that is kept in plain numbers. */
import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import { asyncProperty, array, assert, constantFrom, integer, nat, oneof, record, type Arbitrary } from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Job } from '../../../core/job.ts';
import { Ledger } from '../../../core/ledger.ts';
import { type AwsClients, clientsFor } from '../../../infra/local/aws-clients.ts';
import { type TestStack, startTestStack } from '../../local-stack.ts';
import { imagineJob, newSnowflake } from '../example-jobs.ts';
import { PICTURE } from './posted-job.ts';

const PERSONAL = 500;
const POT = 800;
const START = Date.parse('2026-11-29T20:00:00Z');

/** Where the process dies, as seen from its next transaction: just before it, or when it is made and the answer is lost. */
type Crash = 'none' | 'before' | 'after';
class Died extends Error {}

let stack: TestStack;
let mortal: AwsClients;
let crash: Crash = 'none';

beforeAll(async () => {
  stack = await startTestStack();
  mortal = clientsFor(stack.env);
  mortal.dynamodb.middlewareStack.add(
    (next, { commandName = '' }) =>
      async (args) => {
        if (!commandName.startsWith('Transact')) return next(args);
        const planned = crash;
        crash = 'none';
        if (planned === 'before') throw new Died();
        const result = await next(args);
        if (planned === 'after') throw new Died();
        return result;
      },
    { step: 'initialize' },
  );
});
afterAll(async () => {
  mortal.destroy();
  await stack.close();
});

type Step =
  | { readonly do: 'admit'; readonly who: number; readonly cost: number; readonly crash: Crash }
  | { readonly do: 'again' | 'post' | 'end'; readonly job: number; readonly crash: Crash }
  | { readonly do: 'grant'; readonly who: number; readonly amount: number; readonly crash: Crash }
  | { readonly do: 'reset'; readonly who: number; readonly crash: Crash }
  | { readonly do: 'wait'; readonly hours: number };

const crashes = constantFrom<Crash>('none', 'none', 'before', 'after');
const who = nat(1);
const steps: Arbitrary<Step> = oneof(
  { weight: 5, arbitrary: record({ do: constantFrom('admit' as const), who, cost: integer({ min: 1, max: 300 }), crash: crashes }) },
  { weight: 6, arbitrary: record({ do: constantFrom('post' as const, 'end' as const, 'again' as const), job: nat(30), crash: crashes }) },
  record({ do: constantFrom('grant' as const), who, amount: integer({ min: 1, max: 400 }), crash: crashes }),
  record({ do: constantFrom('reset' as const), who, crash: crashes }),
  record({ do: constantFrom('wait' as const), hours: integer({ min: 1, max: 9 }) }),
);

interface Sums {
  used: number;
  spent: number;
  granted: number;
}

/** What the ledger should say, in plain numbers: an account for each person and day, one pot for each day. */
class Expected {
  readonly accounts = new Map<string, Sums>();
  readonly jobs: { readonly job: Job; readonly cost: number; state: 'open' | 'posted' | 'ended'; held: readonly Sums[] }[] = [];

  account(owner: string, now: number): Sums {
    const key = `${owner} ${new Date(now).toISOString().slice(0, 10)}`;
    const found = this.accounts.get(key) ?? { used: 0, spent: 0, granted: 0 };
    this.accounts.set(key, found);
    return found;
  }

  /** @returns whether there was room, and if so takes it */
  reserve(userId: string, cost: number, now: number): readonly Sums[] | undefined {
    const [own, pot] = [this.account(userId, now), this.account('pot', now)];
    if (own.used + cost > PERSONAL || pot.used + cost > POT) return undefined;
    own.used += cost;
    pot.used += cost;
    return [own, pot];
  }
}

/** Does something as whoever is told of a failure does: once more. */
async function insist<T>(how: Crash, act: () => Promise<T>): Promise<T> {
  crash = how;
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof Died)) throw error;
    return await act();
  } finally {
    crash = 'none';
  }
}

async function live(life: readonly Step[]): Promise<void> {
  let now = START;
  const ledger = new Ledger(mortal.dynamodb, stack.names.TABLE_NAME, { now: () => now, dailyLimit: PERSONAL });
  const guildId = newSnowflake();
  const people = [newSnowflake(), newSnowflake()];
  const person = (index: number) => people[index] ?? '0';
  const changer = () => ({ guildId, by: '900', interactionId: newSnowflake() });
  const expected = new Expected();
  await ledger.changeRule(changer(), { kind: 'server' }, { credits: POT, per: 'day' });

  for (const step of life) {
    // Entries of one moment have no order among them.
    now += 1000;
    switch (step.do) {
      case 'wait':
        now += step.hours * 3_600_000;
        break;
      case 'admit': {
        const job = imagineJob({ guildId, userId: person(step.who), createdAt: now });
        const held = expected.reserve(job.userId, step.cost, now);
        const admission = await insist(step.crash, () => ledger.admit(job, step.cost));
        const lost = step.crash === 'after' ? 'already-admitted' : 'admitted';
        expect(admission.kind).toBe(held ? lost : 'out-of-credits');
        if (held) expected.jobs.push({ job, cost: step.cost, state: 'open', held });
        break;
      }
      case 'again': {
        const known = expected.jobs[step.job % Math.max(1, expected.jobs.length)];
        if (!known) break;
        const { job, cost } = known;
        const held = known.state === 'ended' ? expected.reserve(job.userId, cost, now) : undefined;
        const admission = await insist(step.crash, () => ledger.admit(job, cost));
        if (known.state !== 'ended') expect(admission.kind).toBe('already-admitted');
        else expect(admission.kind).toBe(held ? (step.crash === 'after' ? 'already-admitted' : 'admitted') : 'out-of-credits');
        if (held) Object.assign(known, { state: 'open', held });
        break;
      }
      case 'post': {
        const known = expected.jobs[step.job % Math.max(1, expected.jobs.length)];
        if (!known) break;
        const { job, cost } = known;
        const claim = await ledger.claim(job.id, `worker-${now}`, 60);
        if (claim.kind !== 'claimed') {
          expect(known.state).not.toBe('open');
          break;
        }
        expect(known.state).toBe('open');
        await ledger.markPainted(job.id, `worker-${now}`, [PICTURE]);
        await insist(step.crash, () => ledger.markPosted(job.id, { channelId: job.channelId, messageIds: [newSnowflake()] }));
        for (const account of known.held) account.spent += cost;
        known.state = 'posted';
        break;
      }
      case 'end': {
        const known = expected.jobs[step.job % Math.max(1, expected.jobs.length)];
        if (!known) break;
        const ended = await insist(step.crash, () => ledger.end(known.job.id, { state: 'failed', reason: 'chance' }));
        if (known.state !== 'open') {
          expect(ended).toBe('already-ended');
          break;
        }
        for (const account of known.held) account.used -= known.cost;
        known.state = 'ended';
        break;
      }
      case 'grant':
      case 'reset': {
        const userId = person(step.who);
        const own = expected.account(userId, now);
        const amount = step.do === 'grant' ? step.amount : own.spent - own.granted;
        const by = changer();
        await insist(step.crash, () => ledger.adjust(by, { userId }, step.do === 'grant' ? { kind: 'grant', amount, reason: null } : { kind: 'reset', reason: null }));
        own.used -= amount;
        own.granted += amount;
        break;
      }
    }
  }

  for (const userId of people) {
    const own = expected.account(userId, now);
    const { spent, reserved, left, limit } = await ledger.balance(userId, guildId);
    expect({ spent, reserved, left, limit }).toEqual({ spent: own.spent, reserved: own.used + own.granted - own.spent, left: Math.max(0, PERSONAL - own.used), limit: PERSONAL + own.granted });
    expect(reserved).toBeGreaterThanOrEqual(0);
  }
  const [pot] = (await ledger.standing({ userId: person(0), guildId }, [])).shared;
  const potExpected = expected.account('pot', now);
  expect(pot).toMatchObject({ spent: potExpected.spent, reserved: potExpected.used - potExpected.spent, left: POT - potExpected.used });
  await entriesAddUp(guildId, people, expected);
}

const EFFECTS = { reserve: [1, 0, 0], settle: [0, 1, 0], refund: [-1, 0, 0], grant: [-1, 0, 1], reset: [-1, 0, 1] } as const;

/** Replays everybody's entries: each account must come out as its row says, each job as its state says. */
async function entriesAddUp(guildId: string, people: readonly string[], expected: Expected): Promise<void> {
  const sums = new Map<string, number[]>();
  const rows = new Map<string, number[]>();
  const jobs = new Map<string, number>();
  const read = async (pk: string) => (await stack.clients.dynamodb.send(new QueryCommand({ TableName: stack.names.TABLE_NAME, KeyConditionExpression: 'pk = :pk', ExpressionAttributeValues: { ':pk': pk } }))).Items ?? [];
  const items = (await Promise.all([...people.map((userId) => `account#${guildId}#${userId}`), `pot#${guildId}#server`].map(read))).flat();
  for (const { pk, sk, kind, id, amount, accounts, used = 0, spent = 0, granted = 0 } of items) {
    if (!String(sk).startsWith('entry#')) {
      rows.set(`${pk} ${sk}`, [used, spent, granted]);
      continue;
    }
    const effect = EFFECTS[kind as keyof typeof EFFECTS];
    for (const account of accounts) {
      const key = `${account.pk} ${account.sk}`;
      sums.set(key, (sums.get(key) ?? [0, 0, 0]).map((sum, index) => sum + (effect[index] ?? 0) * amount));
    }
    jobs.set(id, (jobs.get(id) ?? 0) + { reserve: 1, settle: 100, refund: -1, grant: 0, reset: 0 }[kind as keyof typeof EFFECTS]);
  }
  expect(Object.fromEntries(sums)).toEqual(Object.fromEntries(rows));
  // Held once while open, settled exactly once when posted, given back whenever it ended.
  for (const { job, state } of expected.jobs) expect(jobs.get(job.id)).toBe({ open: 1, posted: 101, ended: 0 }[state]);
  for (const [used = 0, spent = 0, granted = 0] of rows.values()) {
    expect(spent).toBeGreaterThanOrEqual(0);
    expect(used + granted - spent).toBeGreaterThanOrEqual(0);
  }
}

describe('credits, whatever happens to jobs and whenever the process dies', () => {
  it('are never below zero, never spent twice, and are what their entries add up to', async () => {
    await assert(asyncProperty(array(steps, { minLength: 6, maxLength: 24 }), live), { numRuns: 10 });
  }, 120_000);
});
