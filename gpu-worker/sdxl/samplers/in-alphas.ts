import type { ScheduleRequest } from '../schedule/schedule-request.ts';
import type { Rule } from './rule.ts';
import { weightedSum } from './weighted-sum.ts';

/** How much of the picture and of the noise is in latents x = α·x₀ + σ·ε, where α² + σ² = 1. */
export interface Mixture {
  readonly alpha: number;
  readonly sigma: number;
}

/** The mixture at a cumulative alpha. */
export function mixtureOfAlpha(alphaCumprod: number): Mixture {
  return { alpha: Math.sqrt(alphaCumprod), sigma: Math.sqrt(1 - alphaCumprod) };
}

/** The mixture at a noise level σ/α. */
export function mixtureOfSigma(level: number): Mixture {
  const alpha = 1 / Math.sqrt(level ** 2 + 1);
  return { alpha, sigma: level * alpha };
}

/**
 * The parts of a rule that all samplers share whose latents keep their variance: x = α·x₀ + σ·ε. Throws RangeError for
 * sigmas of the caller's own: these samplers name their levels by timestep.
 */
export function inAlphas(
  { config, steps, sigmas: givenSigmas }: ScheduleRequest,
  { timesteps, sigmas, mixtureAt }: Pick<Rule, 'timesteps' | 'sigmas'> & { readonly mixtureAt: (call: number) => Mixture },
): Omit<Rule, 'step'> {
  if (givenSigmas) throw new RangeError('this sampler takes timesteps, not sigmas: give timesteps, or choose Euler, Heun or DPM2');
  return {
    timesteps,
    sigmas,
    steps,
    order: 1,
    initNoiseSigma: 1,
    trainTimesteps: config.num_train_timesteps ?? 1000,
    scaleModelInput: (x) => x,
    noiseDraws: () => 0,
    addNoise(x0, noise, call) {
      const { alpha, sigma } = mixtureAt(call);
      return weightedSum([alpha, x0], [sigma, noise]);
    },
  };
}
