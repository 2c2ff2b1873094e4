import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { estimateWait } from '../../../core/workforce/estimate-wait.ts';
import { type Measured, measure } from '../../../core/workforce/measured.ts';
import type { Outlook, WorkerSeen } from '../../../core/workforce/outlook.ts';
import { SDXL, SDXL_TURBO } from '../../../core/model.ts';
import { type TestStack, startTestStack } from '../../local-stack.ts';

const worker = { models: ['demo', 'sdxl'], provider: 'cpu', slots: 1, busy: 0, startedAt: 0 };
const alive: WorkerSeen = { ...worker, isAlive: true };
const exactly = (mean: number): Measured => ({ mean, variance: 0, count: 9 });

describe('a measured quantity', () => {
  test('follows a change within about ten measurements, and knows how much it spreads', () => {
    let seen: Measured | undefined;
    for (let i = 0; i < 20; i += 1) seen = measure(seen, 4);
    expect(seen).toEqual({ mean: 4, variance: 0, count: 20 });
    for (let i = 0; i < 10; i += 1) seen = measure(seen, 8);
    expect(seen?.mean).toBeGreaterThan(7.5);
    expect(measure(measure(undefined, 2), 4)).toMatchObject({ mean: 3, variance: 1 });
  });
});

describe('the wait of a job', () => {
  const outlook: Outlook = { workers: [alive], paces: new Map([['demo', { perMegapixelStep: exactly(2), rest: exactly(1), whole: exactly(10) }]]), coldStart: undefined };
  const job = { model: 'demo', megapixelSteps: 4.5, ahead: 0 };

  test('is its own painting when nobody is ahead', () => {
    expect(estimateWait(outlook, job)).toEqual({ range: { from: 8, to: 12 } });
  });

  test('grows by those ahead, the one being painted counted from nothing to all of it', () => {
    const { range } = estimateWait(outlook, { ...job, ahead: 3 });
    expect(range).toEqual({ from: 8 + 2 * 8, to: 12 + 3 * 12 });
  });

  test('is shared between workers', () => {
    expect(estimateWait({ ...outlook, workers: [alive, { ...alive, slots: 2 }] }, { ...job, ahead: 3 }).range).toEqual({ from: 8, to: 24 });
  });

  test('has the start of a worker before it while none is alive', () => {
    const asleep = { ...outlook, workers: [{ ...worker, isAlive: false }] };
    expect(estimateWait(asleep, job)).toEqual({ range: { from: 188, to: 192 }, start: { seconds: 180, provider: 'cpu' } });
    expect(estimateWait({ ...asleep, coldStart: exactly(7) }, job).range).toEqual({ from: 15, to: 19 });
  });

  test('does not count on workers that lack the model', () => {
    const other = { ...alive, models: ['dreamy'] };
    expect(estimateWait({ ...outlook, workers: [alive, other, other] }, { ...job, ahead: 3 })).toEqual({ range: { from: 8 + 2 * 8, to: 12 + 3 * 12 } });
    expect(estimateWait({ ...outlook, workers: [other] }, job)).toMatchObject({ start: { seconds: 180 } });
  });

  test('is not known of a model that painted nothing yet', () => {
    expect(estimateWait(outlook, { ...job, model: 'sdxl' })).toEqual({ range: undefined });
  });
});

describe('the workforce in the ledger', () => {
  let stack: TestStack;
  beforeAll(async () => void (stack = await startTestStack()));
  afterAll(() => stack.close());

  test('knows what can be asked for: what was offered lately, or last of all', async () => {
    let now = 1_000_000;
    const { workforce } = stack.ledger({ now: () => now });
    expect(await workforce.offer()).toEqual({ models: [], loras: [] });
    const sdxl = { ...SDXL, hasRefiner: true };
    await workforce.putOffer('a', { models: [sdxl], loras: [{ name: 'paper-cut', words: ['papercut'] }] });
    await workforce.putOffer('b', { models: [sdxl, { ...SDXL_TURBO, hasRefiner: false }], loras: [] });
    expect(await workforce.offer()).toEqual({ models: [sdxl, { ...SDXL_TURBO, hasRefiner: false }], loras: [{ name: 'paper-cut', words: ['papercut'] }] });
    now += 24 * 3600_000;
    expect((await workforce.offer()).models).toHaveLength(2);
    await workforce.putOffer('c', { models: [sdxl], loras: [] });
    expect(await workforce.offer()).toEqual({ models: [sdxl], loras: [] });
  });

  test('knows workers while their heartbeat comes, and the pace of each model', async () => {
    let now = 1_000_000;
    const { workforce } = stack.ledger({ now: () => now });
    expect(await workforce.outlook()).toEqual({ workers: [], paces: new Map(), coldStart: undefined });
    await workforce.report('a', worker);
    now += 20_000;
    await workforce.report('b', { ...worker, busy: 1 });
    await workforce.recordJob('demo', { megapixelSteps: 0.5, painting: 4, rest: 1 });
    await workforce.recordJob('demo', { megapixelSteps: 0.5, painting: 6, rest: 1 });
    await workforce.recordColdStart(90);
    now += 11_000;
    const { workers, paces, coldStart } = await workforce.outlook();
    expect(workers).toEqual([{ ...alive, busy: 1 }, { ...alive, isAlive: false }]);
    expect(paces.get('demo')).toMatchObject({ perMegapixelStep: { mean: 10, count: 2 }, rest: { mean: 1 }, whole: { mean: 6 } });
    expect(coldStart?.mean).toBe(90);
    await workforce.leave('b', worker);
    expect((await workforce.outlook()).workers.some(({ isAlive }) => isAlive)).toBe(false);
  });
});
