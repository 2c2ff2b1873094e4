import { alphasOf } from '../schedule/alphas.ts';
import type { ScheduleRequest } from '../schedule/schedule-request.ts';
import { wholeTimesteps } from '../schedule/spaced-timesteps.ts';
import { inAlphas, mixtureOfAlpha } from './in-alphas.ts';
import { readPrediction } from './prediction.ts';
import type { Rule } from './rule.ts';
import { timestepAt } from './timestep-at.ts';
import { weightedSum } from './weighted-sum.ts';

/**
 * Denoising diffusion probabilistic models, with the small fixed variance (Ho et al. 2020, equations 6 and 7,
 * https://arxiv.org/abs/2006.11239). Draws at every call but one at timestep 0.
 */
export function ddpm(request: ScheduleRequest): Rule {
  const { config, steps } = request;
  const alphaAt = alphasOf({ ...config, set_alpha_to_one: true });
  const timesteps = request.timesteps ?? wholeTimesteps(request);
  const stride = Math.floor((config.num_train_timesteps ?? 1000) / steps);
  const previous = (call: number): number => (request.timesteps ? (timesteps[call + 1] ?? -1) : timestepAt(timesteps, call) - stride);
  return {
    ...inAlphas(request, { timesteps, sigmas: undefined, mixtureAt: (call) => mixtureOfAlpha(alphaAt(timestepAt(timesteps, call))) }),
    noiseDraws: (call) => (timestepAt(timesteps, call) > 0 ? 1 : 0),
    step({ call, x, modelOutput, noise }) {
      const a = alphaAt(timestepAt(timesteps, call));
      const aPrev = alphaAt(previous(call));
      const beta = 1 - a / aPrev;
      const { denoised } = readPrediction(config.prediction_type ?? 'epsilon', { x, modelOutput, ...mixtureOfAlpha(a) });
      const std = noise ? Math.sqrt(Math.max(((1 - aPrev) / (1 - a)) * beta, 1e-20)) : 0;
      const next = weightedSum(
        [(Math.sqrt(aPrev) * beta) / (1 - a), denoised],
        [(Math.sqrt(1 - beta) * (1 - aPrev)) / (1 - a), x],
        [std, noise ?? x],
      );
      return { next, denoised };
    },
  };
}
