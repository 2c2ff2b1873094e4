import type { SchedulerConfig } from '../schedule/scheduler-config.ts';
import { divided } from './divided.ts';
import type { Mixture } from './in-alphas.ts';
import { weightedSum } from './weighted-sum.ts';

/** What the UNet was trained to say: the noise, the velocity v = α·ε − σ·x₀, or the clean latents themselves. */
export type PredictionType = NonNullable<SchedulerConfig['prediction_type']>;

/**
 * The clean latents that the model means, where latents are x = x₀ + σ·ε (Karras et al. 2022, section 5,
 * https://arxiv.org/abs/2206.00364).
 */
export function denoisedInSigmas(
  type: PredictionType,
  { x, modelOutput, sigma }: { readonly x: Float32Array; readonly modelOutput: Float32Array; readonly sigma: number },
): Float32Array {
  switch (type) {
    case 'epsilon':
      return weightedSum([1, x], [-sigma, modelOutput]);
    case 'v_prediction':
      return weightedSum([1 / (sigma ** 2 + 1), x], [-sigma / Math.sqrt(sigma ** 2 + 1), modelOutput]);
    case 'sample':
      return modelOutput.slice();
  }
}

/** Both readings of what a model said: the clean latents and the noise it saw in x. */
export interface Reading {
  readonly denoised: Float32Array;
  readonly epsilon: Float32Array;
}

/**
 * Reads the model's output where latents are x = α·x₀ + σ·ε (Salimans & Ho 2022, appendix D,
 * https://arxiv.org/abs/2202.00512).
 */
export function readPrediction(
  type: PredictionType,
  { x, modelOutput, alpha, sigma }: Mixture & { readonly x: Float32Array; readonly modelOutput: Float32Array },
): Reading {
  switch (type) {
    case 'epsilon':
      return { denoised: divided(weightedSum([1, x], [-sigma, modelOutput]), alpha), epsilon: modelOutput.slice() };
    case 'v_prediction':
      return {
        denoised: weightedSum([alpha, x], [-sigma, modelOutput]),
        epsilon: weightedSum([alpha, modelOutput], [sigma, x]),
      };
    case 'sample':
      return { denoised: modelOutput.slice(), epsilon: divided(weightedSum([1, x], [-alpha, modelOutput]), sigma) };
  }
}
