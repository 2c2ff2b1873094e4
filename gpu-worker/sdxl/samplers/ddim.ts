import { alphasOf } from '../schedule/alphas.ts';
import type { ScheduleRequest } from '../schedule/schedule-request.ts';
import { wholeTimesteps } from '../schedule/spaced-timesteps.ts';
import { inAlphas, mixtureOfAlpha } from './in-alphas.ts';
import { readPrediction } from './prediction.ts';
import { timestepAt } from './timestep-at.ts';
import type { Rule } from './rule.ts';
import { weightedSum } from './weighted-sum.ts';

/**
 * Denoising diffusion implicit models (Song et al. 2020, equation 12, https://arxiv.org/abs/2010.02502). With
 * `eta` above 0 part of the noise is fresh: then it draws at every call.
 */
export function ddim(request: ScheduleRequest & { readonly eta?: number | undefined }): Rule {
  const { config, steps, eta = 0 } = request;
  const alphaAt = alphasOf(config);
  const timesteps = wholeTimesteps(request);
  const stride = Math.floor((config.num_train_timesteps ?? 1000) / steps);
  return {
    ...inAlphas(request, { timesteps, sigmas: undefined, mixtureAt: (call) => mixtureOfAlpha(alphaAt(timestepAt(timesteps, call))) }),
    noiseDraws: () => (eta > 0 ? 1 : 0),
    step({ call, x, modelOutput, noise }) {
      const t = timestepAt(timesteps, call);
      const a = alphaAt(t);
      const aPrev = alphaAt(t - stride);
      const { denoised, epsilon } = readPrediction(config.prediction_type ?? 'epsilon', { x, modelOutput, ...mixtureOfAlpha(a) });
      const std = eta * Math.sqrt(((1 - aPrev) / (1 - a)) * (1 - a / aPrev));
      const direction = Math.sqrt(1 - aPrev - std ** 2);
      return { next: weightedSum([Math.sqrt(aPrev), denoised], [direction, epsilon], [std, noise ?? x]), denoised };
    },
  };
}
