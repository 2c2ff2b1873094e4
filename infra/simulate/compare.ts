import { DEFAULT_CAPACITY } from '../../core/scaling/choose-capacity.ts';
import { DEFAULT_POLICY, type ScalingPolicy } from '../../core/scaling/scaling-policy.ts';
import type { World } from './fleet.ts';
import { PATTERNS } from './patterns.ts';
import { play } from './play.ts';
import { seededRandom } from './seeded-random.ts';
import { type Summary, summarize } from './summary.ts';
import { seconds, usd, whole } from './words.ts';

interface Day {
  readonly pattern: keyof typeof PATTERNS;
  readonly pictures: number;
}

const DAYS: readonly Day[] = [
  { pattern: 'bursty', pictures: 10 },
  { pattern: 'bursty', pictures: 1000 },
  { pattern: 'poisson', pictures: 1000 },
  { pattern: 'poisson', pictures: 100_000 },
  { pattern: 'launch-day', pictures: 100_000 },
];

/** What is tried beside the defaults: one thing changed at a time. */
const OTHERS: readonly Partial<ScalingPolicy>[] = [{}, { targetSeconds: 60 }, { targetSeconds: 120 }, { targetSeconds: 600 }, { sleepAfterSeconds: 120 }, { sleepAfterSeconds: 1800 }, { shrinkAfterSeconds: 120 }, { shrinkAfterSeconds: 900 }];
/** Where the most is the limit, only more of it helps. */
const MORE: readonly Partial<ScalingPolicy>[] = [{ mostTasks: 8 }, { mostTasks: 40 }];

export interface Compared {
  readonly day: Day;
  readonly change: Partial<ScalingPolicy>;
  readonly summary: Summary;
}

/** Plays every day under every policy. */
export function compare(world: World, seed: number, onPlayed: (compared: Compared) => void = () => undefined): readonly Compared[] {
  return DAYS.flatMap((day) => {
    const arrivals = PATTERNS[day.pattern](day.pictures, seededRandom(seed));
    const changes = day.pictures >= 100_000 ? [{}, ...MORE] : OTHERS;
    return changes.map((change) => {
      const played = play(arrivals, { ...DEFAULT_POLICY, ...DEFAULT_CAPACITY, ...change }, world, seed);
      const compared = { day, change, summary: summarize(played, world.secondsPerCredit * arrivals.reduce((sum, { credits }) => sum + credits, 0)) };
      onPlayed(compared);
      return compared;
    });
  });
}

/** As a Markdown table. */
export function comparisonTable(all: readonly Compared[]): string {
  const head = ['day', 'policy', 'wait p50', 'p95', 'longest', 'GPU hours', 'interrupted', 'on demand', 'cost of the day', 'a picture'];
  const rows = all.map(({ day, change, summary: s }) => [
    `${day.pattern}, ${whole(day.pictures)}`,
    changeWords(change),
    seconds(s.wait.p50),
    seconds(s.wait.p95),
    seconds(s.wait.most),
    s.gpuHours.toFixed(1),
    `${s.interruptions}`,
    `${s.onDemandHours.toFixed(1)} h`,
    usd(s.gpuUsd + s.servicesUsd + s.fixedUsd),
    usd(s.usdPerPicture),
  ]);
  return [head, head.map((_, i) => (i < 2 ? '---' : '---:')), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function changeWords({ mostTasks, targetSeconds, shrinkAfterSeconds, sleepAfterSeconds }: Partial<ScalingPolicy>): string {
  if (mostTasks !== undefined) return `at most ${mostTasks}`;
  if (targetSeconds !== undefined) return `target ${targetSeconds} s`;
  if (shrinkAfterSeconds !== undefined) return `shrink after ${shrinkAfterSeconds} s`;
  return sleepAfterSeconds === undefined ? '**defaults**' : `sleep after ${sleepAfterSeconds} s`;
}
