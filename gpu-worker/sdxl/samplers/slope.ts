import { weightedSum } from './weighted-sum.ts';

/** dx/dσ of the probability-flow ODE, (x − denoised)/σ: k-diffusion's `to_d`. */
export function slope(x: Float32Array, denoised: Float32Array, sigma: number): Float32Array {
  const d = weightedSum([1, x], [-1, denoised]);
  for (let i = 0; i < d.length; i++) d[i] = (d[i] ?? 0) / sigma;
  return d;
}
