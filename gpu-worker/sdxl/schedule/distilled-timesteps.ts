import type { ScheduleRequest } from './schedule-request.ts';

/**
 * Timesteps of LCM and TCD, falling: evenly picked from those that the distilled model was taught on (`original_inference_steps`,
 * 50 by default: 999, 979 … 19). Spacings play no part. Throws RangeError for more steps than were taught.
 */
export function distilledTimesteps({ config, steps, timesteps }: ScheduleRequest): readonly number[] {
  if (timesteps) return timesteps;
  const taughtSteps = config.original_inference_steps ?? 50;
  if (steps > taughtSteps) {
    throw new RangeError(`steps is ${steps}: LCM and TCD models were distilled to at most ${taughtSteps} (original_inference_steps)`);
  }
  const stride = Math.floor((config.num_train_timesteps ?? 1000) / taughtSteps);
  // Not i·taught/steps: numpy rounds the distance first, and now and then falls short of a whole number.
  const distance = taughtSteps / steps;
  return Array.from({ length: steps }, (_, i) => (taughtSteps - Math.floor(i * distance)) * stride - 1);
}
