import { alphasOf } from '../schedule/alphas.ts';
import { distilledTimesteps } from '../schedule/distilled-timesteps.ts';
import type { ScheduleRequest } from '../schedule/schedule-request.ts';
import { inAlphas, mixtureOfAlpha } from './in-alphas.ts';
import { readPrediction } from './prediction.ts';
import type { Rule } from './rule.ts';
import { timestepAt } from './timestep-at.ts';
import { weightedSum } from './weighted-sum.ts';

/** The paper's γ, the share of fresh noise, where the caller says nothing. */
const DEFAULT_ETA = 0.3;

/**
 * Strategic stochastic sampling for trajectory-consistency-distilled models: goes along the trajectory beyond the next
 * level and comes back with fresh noise (Zheng et al. 2024, algorithm 2, https://arxiv.org/abs/2402.19159). Draws at
 * every call but the last, unless `eta` is 0.
 */
export function tcd(request: ScheduleRequest & { readonly eta?: number | undefined }): Rule {
  const { config, steps, eta = DEFAULT_ETA } = request;
  const alphaAt = alphasOf(config);
  const timesteps = distilledTimesteps(request);
  return {
    ...inAlphas(request, { timesteps, sigmas: undefined, mixtureAt: (call) => mixtureOfAlpha(alphaAt(timestepAt(timesteps, call))) }),
    noiseDraws: (call) => (eta > 0 && call !== steps - 1 ? 1 : 0),
    step({ call, x, modelOutput, noise }) {
      const previous = timesteps[call + 1] ?? 0;
      const now = mixtureOfAlpha(alphaAt(timestepAt(timesteps, call)));
      const { denoised, epsilon } = readPrediction(config.prediction_type ?? 'epsilon', { x, modelOutput, ...now });
      const aBeyond = alphaAt(Math.floor((1 - eta) * previous));
      const beyond = mixtureOfAlpha(aBeyond);
      if (!noise) return { next: weightedSum([beyond.alpha, denoised], [beyond.sigma, epsilon]), denoised };
      const back = alphaAt(previous) / aBeyond;
      const next = weightedSum(
        [Math.sqrt(back) * beyond.alpha, denoised],
        [Math.sqrt(back) * beyond.sigma, epsilon],
        [Math.sqrt(1 - back), noise],
      );
      return { next, denoised };
    },
  };
}
