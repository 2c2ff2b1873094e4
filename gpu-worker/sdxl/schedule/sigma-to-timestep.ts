import { log32 } from './log32.ts';

/**
 * Finds the (fractional) timestep of a noise level between those of a training schedule, by its logarithm. Rounded
 * where numpy rounds: it takes the share between two timesteps in single precision.
 */
export function sigmaToTimestep(sigma: number, trainingSigmas: Float32Array): number {
  const log = Math.fround(Math.log(sigma));
  const low = lastNotAbove(trainingSigmas, log);
  const from = log32(trainingSigmas[low] ?? 0);
  const to = log32(trainingSigmas[low + 1] ?? 0);
  const share = Math.fround(Math.fround(from - log) / Math.fround(from - to));
  const high = Math.min(Math.max(share, 0), 1);
  return Math.fround(1 - high) * low + high * (low + 1);
}

/** The noise level at a (fractional) timestep, by straight lines between those of the training schedule. */
export function timestepToSigma(timestep: number, trainingSigmas: Float32Array): number {
  const low = Math.min(Math.max(Math.floor(timestep), 0), trainingSigmas.length - 2);
  const from = trainingSigmas[low] ?? 0;
  const to = trainingSigmas[low + 1] ?? 0;
  return from + Math.min(Math.max(timestep - low, 0), 1) * (to - from);
}

/** Index of the last level whose logarithm is not above `log` and which has a neighbour above; 0 when there is none. */
function lastNotAbove(rising: Float32Array, log: number): number {
  let low = 0;
  let high = rising.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if (log32(rising[middle] ?? 0) <= log) low = middle;
    else high = middle;
  }
  return low;
}
