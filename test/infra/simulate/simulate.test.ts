import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { DEFAULT_CAPACITY } from '../../../core/scaling/choose-capacity.ts';
import { DEFAULT_POLICY as DEFAULT_SCALING } from '../../../core/scaling/scaling-policy.ts';
import { type Arrival, BadArrivals, parseArrivals } from '../../../infra/simulate/arrival.ts';
import { RISKS, TIMES } from '../../../infra/simulate/assumptions.ts';
import { drawDay } from '../../../infra/simulate/draw-day.ts';
import { FairLine } from '../../../infra/simulate/fair-line.ts';
import { BadUsage, parseOptions } from '../../../infra/simulate/options.ts';
import { PATTERNS } from '../../../infra/simulate/patterns.ts';
import { play } from '../../../infra/simulate/play.ts';
import { seededRandom } from '../../../infra/simulate/seeded-random.ts';
import { summarize } from '../../../infra/simulate/summary.ts';
import { terminalChart } from '../../../infra/simulate/terminal-chart.ts';

const DEFAULT_POLICY = { ...DEFAULT_SCALING, ...DEFAULT_CAPACITY };
const calm = { ...TIMES, jobSpread: 0, bootSpread: 0, interruptionsPerHour: 0, spotShortage: 0, shortageSeconds: 3600 };
const asked = (at: number, user = 'ada', credits = 1): Arrival => ({ at, user, credits });

describe('a played day', () => {
  test('has the cold start before the first picture, none before the next, and the machine for as long as it is paid for', () => {
    const played = play([asked(0), asked(100), asked(900)], DEFAULT_POLICY, calm, 1);
    const cold = TIMES.requestSeconds + TIMES.bootSeconds;
    expect(played.jobs.map(({ doneAt }) => doneAt)).toEqual([cold + 20, cold + 40, 920]);
    // Seen at 900, last needed then; asleep ten minutes later, and the machine is let go a quarter of an hour after that.
    expect(played.hours * 3600).toBeCloseTo(900 + DEFAULT_POLICY.sleepAfterSeconds + TIMES.lingerSeconds - TIMES.requestSeconds, 5);
    expect(played.launches).toBe(1);
  });

  test('starts a worker anew on a machine that is still there', () => {
    const played = play([asked(0), asked(1200)], DEFAULT_POLICY, calm, 1);
    expect(played.launches).toBe(1);
    expect(played.jobs[1]?.doneAt).toBe(1200 + TIMES.warmStartSeconds + 20);
  });

  test.each(['poisson', 'bursty', 'launch-day'] as const)('ends with every job of a %s day painted once, whatever Spot takes, and no machine left', (pattern) => {
    const arrivals = PATTERNS[pattern](400, seededRandom(3));
    const played = play(arrivals, DEFAULT_POLICY, { ...TIMES, ...RISKS, interruptionsPerHour: 6 }, 3);
    expect(played.interruptions).toBeGreaterThan(3);
    expect(played.jobs.every(({ doneAt, at }) => doneAt !== undefined && doneAt > at)).toBe(true);
    // While Spot takes over from on demand, both run.
    expect(Math.max(...played.looks.map(({ running }) => running))).toBeLessThanOrEqual(2 * DEFAULT_POLICY.mostTasks);
    expect(played.looks.at(-1)).toMatchObject({ waiting: 0, running: 0, machines: 0 });
    const summary = summarize(played, 400 * 20);
    expect(summary.unpainted).toBe(0);
    expect(summary.survived).toBeGreaterThan(0);
    expect(summary.usdPerPicture).toBeGreaterThan(0);
  });

  test('turns to on demand when Spot does not come, and back when it has machines again', () => {
    const none = play([asked(0)], DEFAULT_POLICY, { ...calm, spotShortage: 1 }, 1);
    expect(none).toMatchObject({ fallbacks: 1, spotHours: 0 });
    const { doneAt = Infinity } = none.jobs[0] ?? {};
    const cold = TIMES.requestSeconds + TIMES.bootSeconds;
    expect(doneAt).toBeGreaterThan(DEFAULT_CAPACITY.spotPatienceSeconds + cold);
    expect(doneAt).toBeLessThan(DEFAULT_CAPACITY.spotPatienceSeconds + cold + 2 * TIMES.lookSeconds + 20);

    const scarce = play(PATTERNS.poisson(800, seededRandom(2)), DEFAULT_POLICY, { ...calm, spotShortage: 0.3 }, 2);
    expect(scarce.fallbacks).toBeGreaterThan(1);
    expect(scarce.spotHours).toBeGreaterThan(0);
    expect(scarce.spotHours).toBeLessThan(scarce.hours);
    expect(summarize(scarce, 1)).toMatchObject({ unpainted: 0, fallbacks: scarce.fallbacks });
  });

  test('never has more workers than the most, but for those on demand that Spot takes over from', () => {
    const { looks } = play(PATTERNS['launch-day'](3000, seededRandom(1)), DEFAULT_POLICY, { ...calm, spotShortage: 0.3, interruptionsPerHour: 1 }, 1);
    const running = looks.map((look) => look.running);
    expect(Math.max(...running)).toBeLessThanOrEqual(2 * DEFAULT_POLICY.mostTasks);
    expect(running.filter((count) => count > DEFAULT_POLICY.mostTasks).length).toBeLessThan(running.length / 10);
  });

  test('never uses Spot where no interruption is borne', () => {
    const played = play(PATTERNS.bursty(60, seededRandom(1)), { ...DEFAULT_POLICY, mostInterruptions: 0 }, calm, 1);
    expect(played).toMatchObject({ spotHours: 0, interruptions: 0 });
    expect(played.jobs.every(({ doneAt }) => doneAt !== undefined)).toBe(true);
  });

  test('is the same with the same seed, and another with another', () => {
    const arrivals = PATTERNS.bursty(60, seededRandom(1));
    const world = { ...TIMES, ...RISKS };
    expect(play(arrivals, DEFAULT_POLICY, world, 1)).toEqual(play(arrivals, DEFAULT_POLICY, world, 1));
    expect(play(arrivals, DEFAULT_POLICY, world, 2).jobs).not.toEqual(play(arrivals, DEFAULT_POLICY, world, 1).jobs);
  });

  test('waits less with more workers, and costs more per picture with a longer sleep', () => {
    const arrivals = PATTERNS['launch-day'](1500, seededRandom(1));
    const wait = (mostTasks: number) => summarize(play(arrivals, { ...DEFAULT_POLICY, mostTasks, targetSeconds: 60 }, calm, 1), 1).wait.p95;
    expect(wait(6)).toBeLessThan(wait(1));
    const few = PATTERNS.bursty(30, seededRandom(1));
    const hours = (sleepAfterSeconds: number) => play(few, { ...DEFAULT_POLICY, sleepAfterSeconds }, calm, 1).hours;
    expect(hours(3600)).toBeGreaterThan(hours(120));
  });

  test('is drawn, on a terminal and as an SVG', () => {
    const played = play([asked(0), asked(4000)], DEFAULT_POLICY, calm, 1);
    expect(terminalChart(played)).toMatch(/^asked for.*█.*up to 1$/m);
    expect(drawDay(played, 'a <day>', '')).toMatch(/^<svg .*a &lt;day>.*<\/svg>\n$/s);
  });
});

test('the line serves those who took little before those who took much', () => {
  const line = new FairLine<{ index: number; user: string; at: number }>();
  for (let index = 0; index < 20; index += 1) line.add({ index, user: 'greedy', at: 0 });
  const first = line.take(0);
  if (first) line.release(first, 30);
  line.take(31);
  line.add({ index: 20, user: 'quiet', at: 40 });
  expect(line.take(60)?.user).toBe('quiet');
  expect(line.take(60)?.index).toBe(2);
  expect(line.length).toBe(17);
});

describe('recorded arrivals', () => {
  test('are read as a table, and as the log of the bot', async () => {
    expect(parseArrivals('# a comment\nseconds,user,credits\n5,ada,1\n2,bob,0.68\n')).toEqual([asked(2, 'bob', 0.68), asked(5)]);
    const line = (time: number) => JSON.stringify({ level: 'info', time, event: 'job:admit:queued', job: `j${time}`, cost: 400 });
    expect(parseArrivals(`${line(9000)}\n{"event":"other"}\n{ broken\n${line(11_000)}`)).toEqual([asked(0, 'j9000', 4), asked(2, 'j11000', 4)]);
    expect(parseArrivals(await readFile('infra/simulate/sample-arrivals.csv', 'utf8')).length).toBeGreaterThan(50);
  });

  test.each(['', 'time,who\n1,a', 'seconds,user,credits\n-1,ada,1', 'seconds,user,credits\n1,ada', 'seconds,user,credits\n1,ada,0'])('that cannot be used are refused with words: %j', (text) => {
    expect(() => parseArrivals(text)).toThrow(BadArrivals);
  });
});

test.each([['--pattern', 'x'], ['--most', '0'], ['--most', '1.5'], ['--target', ''], ['--seed', 'a'], ['--chart', 'x.gif'], ['--arrivals', 'f', '--pattern', 'bursty'], ['--nonsense'], ['stray']])('a wrong command line is refused: %j %j', (...args) => {
  expect(() => parseOptions(args)).toThrow(BadUsage);
});
