import { linspace, linspace32 } from './linspace.ts';
import { log32 } from './log32.ts';

/**
 * Noise levels from `max` down to `min`, dense where the picture's detail is decided (Karras et al. 2022, equation 5
 * with ρ = 7, https://arxiv.org/abs/2206.00364).
 */
export function karrasSigmas(max: number, min: number, count: number): Float64Array {
  const rho = 7;
  const from = max ** (1 / rho);
  const to = min ** (1 / rho);
  return linspace(0, 1, count).map((ramp) => (from + ramp * (to - from)) ** rho);
}

/** Noise levels at equal ratios. Single precision, since diffusers has torch compute these. */
export function exponentialSigmas(max: number, min: number, count: number): Float64Array {
  return Float64Array.from(linspace32(Math.log(max), Math.log(min), count), (log) => Math.fround(Math.exp(log)));
}

/** Noise levels at equal steps of half log-SNR (Lu et al. 2022, section 5, https://arxiv.org/abs/2211.01095). */
export function luSigmas(max: number, min: number, count: number): Float64Array {
  return linspace(log32(max), log32(min), count).map(Math.exp);
}
