import { alphasOf } from '../schedule/alphas.ts';
import { distilledTimesteps } from '../schedule/distilled-timesteps.ts';
import type { ScheduleRequest } from '../schedule/schedule-request.ts';
import { inAlphas, mixtureOfAlpha } from './in-alphas.ts';
import { readPrediction } from './prediction.ts';
import type { Rule } from './rule.ts';
import { timestepAt } from './timestep-at.ts';
import { weightedSum } from './weighted-sum.ts';

/** σ_data of the boundary condition, and what timesteps are multiplied with there. */
const DATA_SIGMA = 0.5;
const TIMESTEP_SCALING = 10;

/**
 * Multistep consistency sampling for latent consistency models: jumps to clean latents, noises them to the next level,
 * jumps again (Luo et al. 2023, algorithm 3, https://arxiv.org/abs/2310.04378). Draws at every call but the last.
 */
export function lcm(request: ScheduleRequest): Rule {
  const { config, steps } = request;
  const alphaAt = alphasOf(config);
  const timesteps = distilledTimesteps(request);
  const isLast = (call: number): boolean => call === steps - 1;
  return {
    ...inAlphas(request, { timesteps, sigmas: undefined, mixtureAt: (call) => mixtureOfAlpha(alphaAt(timestepAt(timesteps, call))) }),
    noiseDraws: (call) => (isLast(call) ? 0 : 1),
    step({ call, x, modelOutput, noise }) {
      const t = timestepAt(timesteps, call);
      const { denoised: x0 } = readPrediction(config.prediction_type ?? 'epsilon', { x, modelOutput, ...mixtureOfAlpha(alphaAt(t)) });
      // Equation 3's c_skip and c_out: at timestep 0 the latents are to stay what they are.
      const scaled = t * (config.timestep_scaling ?? TIMESTEP_SCALING);
      const skip = DATA_SIGMA ** 2 / (scaled ** 2 + DATA_SIGMA ** 2);
      const out = scaled / Math.sqrt(scaled ** 2 + DATA_SIGMA ** 2);
      const denoised = weightedSum([out, x0], [skip, x]);
      if (!noise) return { next: denoised.slice(), denoised };
      const { alpha, sigma } = mixtureOfAlpha(alphaAt(timestepAt(timesteps, call + 1)));
      return { next: weightedSum([alpha, denoised], [sigma, noise]), denoised };
    },
  };
}
