import type { Measured } from './measured.ts';
import type { Outlook } from './outlook.ts';

/** From the sooner to the later, in seconds. */
export interface SecondsRange {
  readonly from: number;
  readonly to: number;
}

/** What a waiting person can be told. */
export interface WaitEstimate {
  /** Until the picture is there, counted from now; `undefined` while the model's speed is not known. */
  readonly range: SecondsRange | undefined;
  /** Present while no worker is alive: how long one takes to start, in seconds (in `range` too), and on what it paints. */
  readonly start?: { readonly seconds: number; readonly provider: string | undefined };
}

/** Until a cold start was measured: an instance with a GPU, from nothing to its first step. */
const COLD_START_SECONDS = 180;
/** Few measurements spread too little by chance: a range is never narrower than this share to either side. */
const LEAST_SPREAD = 0.2;

/**
 * How long a job in line may take: those ahead of it, shared between the workers, then its own painting.
 * @param megapixelSteps what is to be painted: megapixels × steps
 */
export function estimateWait({ workers, paces, coldStart }: Outlook, job: { readonly model: string; readonly megapixelSteps: number; readonly ahead: number }): WaitEstimate {
  const alive = workers.filter(({ isAlive, models }) => isAlive && models.includes(job.model));
  const start = alive.length > 0 ? undefined : { seconds: coldStart?.mean ?? COLD_START_SECONDS, provider: workers[0]?.provider };
  const pace = paces.get(job.model);
  if (!pace) return { range: undefined, ...(start && { start }) };

  const slots = Math.max(1, alive.reduce((sum, worker) => sum + worker.slots, 0));
  const own = spread(scaled(pace.perMegapixelStep, job.megapixelSteps), pace.rest);
  // Those ahead are partly painted already: at best each slot is about to be free.
  const atBest = Math.max(0, job.ahead - slots) / slots;
  const atWorst = Math.ceil(job.ahead / slots);
  const each = spread(pace.whole);
  const startSeconds = start?.seconds ?? 0;
  return {
    range: { from: startSeconds + own.from + atBest * each.from, to: startSeconds + own.to + atWorst * each.to },
    ...(start && { start }),
  };
}

/** One standard deviation down and one and a half up, as what takes long takes very long. */
function spread(...parts: readonly Measured[]): SecondsRange {
  const mean = parts.reduce((sum, part) => sum + part.mean, 0);
  const deviation = Math.sqrt(parts.reduce((sum, part) => sum + part.variance, 0));
  const least = LEAST_SPREAD * mean;
  return { from: Math.max(0, mean - Math.max(deviation, least)), to: mean + Math.max(1.5 * deviation, least) };
}

function scaled({ mean, variance, count }: Measured, by: number): Measured {
  return { mean: mean * by, variance: variance * by ** 2, count };
}
