import { divided } from './divided.ts';
import { weightedSum } from './weighted-sum.ts';

/** dx/dσ of the probability-flow ODE, (x − denoised)/σ: k-diffusion's `to_d`. */
export function slope(x: Float32Array, denoised: Float32Array, sigma: number): Float32Array {
  return divided(weightedSum([1, x], [-1, denoised]), sigma);
}
