import { without, type ScheduleRequest } from '../schedule/schedule-request.ts';
import { sigmaSchedule } from '../schedule/sigma-schedule.ts';
import { ancestralSplit } from './ancestral-split.ts';
import { inSigmas, sigmaAt } from './in-sigmas.ts';
import { denoisedInSigmas } from './prediction.ts';
import type { Rule } from './rule.ts';
import { slope } from './slope.ts';
import { weightedSum } from './weighted-sum.ts';

/** diffusers' class has the spaced levels only: no "Euler a Karras". */
const NOT_READ = ['use_karras_sigmas', 'use_exponential_sigmas', 'use_beta_sigmas', 'interpolation_type', 'final_sigmas_type'] as const;

/**
 * Euler's method that goes down too far and climbs back with fresh noise ("Euler a"; k-diffusion's
 * `sample_euler_ancestral`, after Song et al. 2020, https://arxiv.org/abs/2010.02502). Draws at every call, the last
 * included, where the noise counts for nothing.
 */
export function eulerAncestral(request: ScheduleRequest): Rule {
  const schedule = sigmaSchedule(without(request, ...NOT_READ));
  const { sigmas } = schedule;
  const type = request.config.prediction_type ?? 'epsilon';
  return {
    ...inSigmas(request, schedule),
    noiseDraws: () => 1,
    step({ call, x, modelOutput, noise }) {
      const sigma = sigmaAt(sigmas, call);
      const { down, up } = ancestralSplit(sigma, sigmaAt(sigmas, call + 1));
      const denoised = denoisedInSigmas(type, { x, modelOutput, sigma });
      const next = weightedSum([1, x], [down - sigma, slope(x, denoised, sigma)], [up, noise ?? x]);
      return { next, denoised };
    },
  };
}
