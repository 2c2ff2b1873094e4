import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { meter, standingOf } from '../../../core/budget/budget.ts';
import { thriftyChanges, thriftyWork } from '../../../core/budget/thrifty-work.ts';
import { createBudgetGuard } from '../../../bot/budget/budget-guard.ts';
import { meterBudget } from '../../../bot/budget/meter-budget.ts';
import type { Card } from '../../../bot/cards/card.ts';
import { keepLog } from '../../bot/quiet-log.ts';
import { type TestStack, startTestStack } from '../../local-stack.ts';
import { imagineJob, refineJob } from '../example-jobs.ts';

const NOVEMBER = Date.UTC(2026, 10, 28, 12);
const DECEMBER = Date.UTC(2026, 11, 1);
const HOUR = 3_600_000;

describe('the stage of a budget', () => {
  test.each([
    [79.99, 0, 'open'],
    [80, 0, 'warned'],
    [60, 20, 'warned'],
    [95, 0, 'saving'],
    [40, 60, 'spent'],
    [130, 0, 'spent'],
  ] as const)('with $%d spent and $%d owed of $100 is %s', (spentUsd, owedUsd, stage) => {
    expect(standingOf({ spentUsd, owedUsd }, 100, NOVEMBER)).toMatchObject({ stage, resetsAt: DECEMBER / 1000 });
  });

  test('is open while nothing was counted', () => {
    expect(standingOf(undefined, 100, NOVEMBER)).toMatchObject({ stage: 'open', share: 0 });
  });
});

test('machines cost what they ran since the last look, and what ran unseen for hours is not made up', () => {
  const row = { spentUsd: 1, owedUsd: 0, meteredAt: NOVEMBER };
  const two = { machines: 2, usdPerHour: 0.6, waitingSeconds: 1800 };
  expect(meter(row, two, NOVEMBER + HOUR / 2)).toEqual({ spentUsd: 1.6, owedUsd: 0.3, meteredAt: NOVEMBER + HOUR / 2 });
  expect(meter(row, two, NOVEMBER + 9 * HOUR).spentUsd).toBeCloseTo(2.2);
  expect(meter(row, two, NOVEMBER - HOUR).spentUsd).toBe(1);
  expect(meter(undefined, two, NOVEMBER)).toMatchObject({ spentUsd: 0, meteredAt: NOVEMBER });
});

describe('saving', () => {
  test('makes a wish cheaper and says how; what has a schedule already keeps it', () => {
    const { work } = imagineJob({ work: { steps: 40, count: 4, refine: 'two-stage' } });
    const thrifty = thriftyWork(work);
    expect(thrifty).toMatchObject({ steps: 17, count: 1, refine: 'ensemble', prompt: work.prompt, seed: work.seed });
    expect(thriftyChanges(work, thrifty)).toEqual(['17 steps instead of 40', 'one picture instead of 4', 'the refiner in one pass']);
    const modest = imagineJob({ work: { steps: 10 } }).work;
    expect(thriftyChanges(modest, thriftyWork(modest))).toEqual([]);
    const source = { jobId: 'j', index: 0, pictureKey: 'k', channelId: '1', messageId: '2' };
    const refine = refineJob(source).work;
    expect(thriftyWork(refine)).toMatchObject({ kind: 'refine', steps: 17 });
    if (refine.kind !== 'refine') throw new Error('no refine');
    const { strength: _, ...rest } = refine;
    const finish = { ...rest, kind: 'finish', handoverKey: 'h' } as const;
    expect(thriftyWork(finish)).toEqual(finish);
  });
});

describe('a month in the table', () => {
  let stack: TestStack;
  beforeAll(async () => void (stack = await startTestStack()));
  afterAll(() => stack.close());

  function operator(now: () => number) {
    const told: Card[] = [];
    const discord = {
      operators: async () => ['1'],
      directMessage: async (_: string, card: Card) => {
        told.push(card);
        return { id: '1', channel_id: '2', attachments: [] };
      },
    };
    return { told, ports: { ledger: stack.ledger({ now }), discord, now, log: keepLog() } };
  }

  test('counts each minute once, however many look at it; tells the operator of each stage once; and ends with the month', async () => {
    let now = NOVEMBER;
    const { told, ports } = operator(() => now);
    const look = () => meterBudget({ machines: 4, usdPerHour: 10, waitingSeconds: 0 }, 100, ports);
    await look();
    const titles = () => told.map(({ embeds }) => embeds?.[0]?.title);
    now += HOUR;
    await Promise.all([look(), look(), look()]);
    expect((await ports.ledger.budget.read())?.spentUsd).toBeCloseTo(40);
    expect(told).toEqual([]);
    now += HOUR;
    await Promise.all([look(), look()]);
    await look();
    expect(titles()).toEqual(['80 % of this month’s budget is used']);
    now += HOUR / 2;
    await look();
    now += HOUR / 60;
    expect(await look()).toMatchObject({ stage: 'spent' });
    expect(titles()).toEqual(['80 % of this month’s budget is used', '100 % of this month’s budget is used']);
    // A larger budget is a new one.
    expect(await meterBudget({ machines: 0, usdPerHour: 10, waitingSeconds: 0 }, 120, ports)).toMatchObject({ stage: 'warned' });
    expect(told).toHaveLength(3);
    now = DECEMBER;
    expect(await look()).toMatchObject({ stage: 'open', spentUsd: 0 });
  });

  test('is told to admissions, from memory for a few seconds, and as it was known last while the table is away', async () => {
    let now = DECEMBER + HOUR;
    let row: { spentUsd: number; owedUsd: number; meteredAt: number } | undefined = { spentUsd: 96, owedUsd: 0, meteredAt: now };
    const read = async () => {
      if (!row) throw new Error('the table is away');
      return row;
    };
    const guard = createBudgetGuard(100, { ledger: { budget: { read } }, now: () => now, log: keepLog() });
    expect(await guard?.()).toMatchObject({ stage: 'saving' });
    row = { ...row, spentUsd: 101 };
    expect(await guard?.()).toMatchObject({ stage: 'saving' });
    now += 16_000;
    expect(await guard?.()).toMatchObject({ stage: 'spent' });
    row = undefined;
    now += 16_000;
    expect(await guard?.()).toMatchObject({ stage: 'spent' });
    expect(createBudgetGuard(undefined, { ledger: { budget: { read } }, now: () => now, log: keepLog() })).toBeUndefined();
  });
});
