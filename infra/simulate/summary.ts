import { picturesOf } from './arrival.ts';
import { PRICES } from './assumptions.ts';
import type { Played } from './play.ts';

/** Seconds; of all that were asked for. */
export interface Spread {
  readonly p50: number;
  readonly p95: number;
  readonly most: number;
}

export interface Summary {
  readonly jobs: number;
  readonly pictures: number;
  /** Jobs that nobody painted before the simulation gave up. */
  readonly unpainted: number;
  /** From asking to the posted picture. */
  readonly wait: Spread;
  /** The same of people who asked for one job alone. */
  readonly rareWait: Spread | undefined;
  readonly gpuHours: number;
  readonly spotShare: number;
  /** The part of the paid GPU time in which something was painted. */
  readonly busyShare: number;
  readonly launches: number;
  readonly interruptions: number;
  /** Interruptions that hit a job in the making, each of which was finished elsewhere, from its checkpoint. */
  readonly survived: number;
  /** How often on demand was turned to, for how many hours of a machine, and what that cost more than Spot would have. */
  readonly fallbacks: number;
  readonly onDemandHours: number;
  readonly onDemandExtraUsd: number;
  readonly gpuUsd: number;
  readonly servicesUsd: number;
  readonly fixedUsd: number;
  readonly usdPerPicture: number;
  /** From the first arrival until the last picture was there, in seconds. */
  readonly lasted: number;
}

export function summarize({ jobs, hours, spotHours, usd, launches, interruptions, fallbacks }: Played, paintedSeconds: number): Summary {
  const done = jobs.flatMap(({ doneAt, at, user, interruptions: hit }) => (doneAt === undefined ? [] : [{ doneAt, wait: doneAt - at, user, hit }]));
  const asked = new Map<string, number>();
  for (const { user } of done) asked.set(user, (asked.get(user) ?? 0) + 1);
  const pictures = jobs.reduce((sum, job) => sum + picturesOf(job), 0);
  const lasted = done.reduce((latest, { doneAt }) => Math.max(latest, doneAt), 0);
  const days = Math.max(1, lasted / 86_400);
  const servicesUsd = pictures * PRICES.servicesPerPicture;
  const fixedUsd = days * PRICES.fixedPerDay;
  const rare = done.filter(({ user }) => asked.get(user) === 1);
  return {
    jobs: jobs.length,
    pictures,
    unpainted: jobs.length - done.length,
    wait: spreadOf(done.map(({ wait }) => wait)),
    rareWait: rare.length === 0 ? undefined : spreadOf(rare.map(({ wait }) => wait)),
    gpuHours: hours,
    spotShare: hours === 0 ? 0 : spotHours / hours,
    busyShare: hours === 0 ? 0 : paintedSeconds / 3600 / hours,
    launches,
    interruptions,
    survived: done.reduce((sum, { hit }) => sum + hit, 0),
    fallbacks,
    onDemandHours: hours - spotHours,
    onDemandExtraUsd: (hours - spotHours) * (PRICES.onDemandPerHour - PRICES.spotPerHour),
    gpuUsd: usd,
    servicesUsd,
    fixedUsd,
    usdPerPicture: (usd + servicesUsd + fixedUsd) / pictures,
    lasted,
  };
}

function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  return { p50: at(0.5), p95: at(0.95), most: sorted.at(-1) ?? 0 };
}
