import type { ScheduleRequest } from '../schedule/schedule-request.ts';
import { sigmaSchedule } from '../schedule/sigma-schedule.ts';
import { inSigmas, sigmaAt } from './in-sigmas.ts';
import { denoisedInSigmas } from './prediction.ts';
import type { Rule } from './rule.ts';
import type { Churn } from './sampler-options.ts';
import { slope } from './slope.ts';
import { weightedSum } from './weighted-sum.ts';

/**
 * Euler's method on the probability-flow ODE, SDXL's own sampler (Karras et al. 2022, algorithm 2 without the second
 * half, https://arxiv.org/abs/2206.00364). Draws noise only where `churn` adds some.
 */
export function euler(request: ScheduleRequest & { readonly churn?: Churn | undefined }): Rule {
  const { timesteps, sigmas } = sigmaSchedule(request);
  const type = request.config.prediction_type ?? 'epsilon';
  const gammaAt = (call: number): number => churnAt(request.churn, sigmaAt(sigmas, call), sigmas.length - 1);
  return {
    ...inSigmas(request, { timesteps: timesteps.map(Math.fround), sigmas }),
    noiseDraws: (call) => (gammaAt(call) > 0 ? 1 : 0),
    step({ call, x, modelOutput, noise }) {
      const sigma = sigmaAt(sigmas, call);
      const sigmaHat = sigma * (1 + gammaAt(call));
      const added = Math.sqrt(sigmaHat ** 2 - sigma ** 2) * (request.churn?.noise ?? 1);
      const xHat = noise ? weightedSum([1, x], [added, noise]) : x;
      // The UNet saw the latents before the churn; diffusers takes its noise at the level after, its velocity before.
      const denoised = denoisedInSigmas(type, { x: xHat, modelOutput, sigma: type === 'epsilon' ? sigmaHat : sigma });
      const dt = sigmaAt(sigmas, call + 1) - sigmaHat;
      return { next: weightedSum([1, xHat], [dt, slope(xHat, denoised, sigmaHat)]), denoised };
    },
  };
}

function churnAt(churn: Churn | undefined, sigma: number, levels: number): number {
  if (!churn || sigma < churn.from || sigma > churn.to) return 0;
  return Math.min(churn.amount / levels, Math.SQRT2 - 1);
}
