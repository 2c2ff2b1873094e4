import type { SchedulerConfig } from './scheduler-config.ts';
import { trainingSchedule } from './training-schedule.ts';

/** Looks up ᾱ at a timestep; what lies beyond the last one (below 0) counts as `set_alpha_to_one` says. */
export type AlphaAt = (timestep: number) => number;

/**
 * For the samplers that go from timestep to timestep: DDIM, DDPM, PNDM, LCM, TCD. Throws RangeError for a timestep that
 * is no whole number of the schedule, and for configs that these samplers cannot follow.
 */
export function alphasOf(config: SchedulerConfig): AlphaAt {
  if (config.clip_sample || config.thresholding) {
    throw new RangeError('clip_sample and thresholding are for pixel models, and would cut latents off: set both to false');
  }
  if (config.rescale_betas_zero_snr && config.prediction_type !== 'v_prediction') {
    throw new RangeError('a zero-SNR schedule begins with nothing but noise: rescale_betas_zero_snr needs prediction_type "v_prediction"');
  }
  const { alphasCumprod } = trainingSchedule(config);
  const beyond = (config.set_alpha_to_one ?? true) ? 1 : alphasCumprod[0];
  return (timestep) => {
    const alpha = timestep < 0 ? beyond : alphasCumprod[timestep];
    if (alpha === undefined) {
      throw new RangeError(`there is no training timestep ${timestep}: give whole numbers up to ${alphasCumprod.length - 1}`);
    }
    return alpha;
  };
}
