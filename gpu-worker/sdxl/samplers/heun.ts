import { without, type ScheduleRequest } from '../schedule/schedule-request.ts';
import { sigmaSchedule } from '../schedule/sigma-schedule.ts';
import { inSigmas, sigmaAt } from './in-sigmas.ts';
import { denoisedInSigmas } from './prediction.ts';
import type { Rule } from './rule.ts';
import { slope } from './slope.ts';
import { firstAndTwice, mustRecall } from './two-calls.ts';
import { weightedSum } from './weighted-sum.ts';

/**
 * Heun's method: goes to the next level by Euler, looks at the slope there, and goes again with the mean of both
 * slopes (Karras et al. 2022, algorithm 2, https://arxiv.org/abs/2206.00364). Two calls a step, one for the last.
 */
export function heun(request: ScheduleRequest): Rule {
  const { timesteps, sigmas } = sigmaSchedule(without(request, 'interpolation_type', 'final_sigmas_type'));
  const type = request.config.prediction_type ?? 'epsilon';
  const levels = Float32Array.from([...firstAndTwice([...sigmas.subarray(0, -1)]), sigmaAt(sigmas, sigmas.length - 1)]);
  return {
    ...inSigmas(request, { timesteps: firstAndTwice(timesteps), sigmas: levels }),
    order: 2,
    step({ call, x, modelOutput }, memory) {
      if (call % 2 === 0) {
        const sigma = sigmaAt(levels, call);
        const denoised = denoisedInSigmas(type, { x, modelOutput, sigma });
        const d = slope(x, denoised, sigma);
        memory.keep('x', x);
        memory.keep('slope', d);
        return { next: weightedSum([1, x], [sigmaAt(levels, call + 1) - sigma, d]), denoised };
      }
      const sigma = sigmaAt(levels, call);
      const dt = sigma - sigmaAt(levels, call - 1);
      const denoised = denoisedInSigmas(type, { x, modelOutput, sigma });
      const d = weightedSum([0.5, mustRecall(memory, 'slope')], [0.5, slope(x, denoised, sigma)]);
      return { next: weightedSum([1, mustRecall(memory, 'x')], [dt, d]), denoised };
    },
  };
}
