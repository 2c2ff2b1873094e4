import { linspace } from './linspace.ts';

/** Both shape parameters of the distribution, as the paper found best. */
const SHAPE = 0.6;

/**
 * Noise levels that crowd at both ends: quantiles of a beta distribution (Lee et al. 2024, section 3.2,
 * https://arxiv.org/abs/2407.12173), stretched from `max` down to `min` as diffusers does.
 */
export function betaSigmas(max: number, min: number, count: number): Float64Array {
  return linspace(0, 1, count).map((ramp) => min + quantile(1 - ramp) * (max - min));
}

/** Where the symmetric beta distribution reaches probability `p`; by bisection, as it only ever rises. */
function quantile(p: number): number {
  if (p <= 0 || p >= 1) return p;
  if (p > 0.5) return 1 - quantile(1 - p);
  let low = 0;
  let high = 0.5;
  while (high - low > Number.EPSILON * high) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) break;
    if (cumulative(middle) < p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/**
 * The distribution function below the median, as a power series (DLMF 8.17.7 with the hypergeometric series written out,
 * https://dlmf.nist.gov/8.17); its terms at least halve there.
 */
function cumulative(x: number): number {
  return powerSeries(x) / (2 * powerSeries(0.5));
}

function powerSeries(x: number): number {
  let sum = 0;
  let term = x ** SHAPE;
  for (let n = 0; term / (SHAPE + n) > sum * 1e-17; n++) {
    sum += term / (SHAPE + n);
    term *= ((n + 1 - SHAPE) / (n + 1)) * x;
  }
  return sum;
}
