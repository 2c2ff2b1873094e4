import * as v from 'valibot';

/** A quantity measured again and again; newer values weigh more. Seconds, wherever it is used. */
export const measuredSchema = v.object({
  mean: v.number(),
  variance: v.number(),
  /** How often it was measured. */
  count: v.number(),
});
export type Measured = Readonly<v.InferOutput<typeof measuredSchema>>;

/** The weight of the newest value once there are a few: about the last ten count. */
const NEWEST = 0.2;

/** Takes one more value in (Finch 2009, "Incremental calculation of weighted mean and variance", section 9). */
export function measure(before: Measured | undefined, value: number): Measured {
  const { mean, variance, count } = before ?? { mean: value, variance: 0, count: 0 };
  const weight = Math.max(NEWEST, 1 / (count + 1));
  const difference = value - mean;
  const step = weight * difference;
  return { mean: mean + step, variance: (1 - weight) * (variance + difference * step), count: count + 1 };
}
