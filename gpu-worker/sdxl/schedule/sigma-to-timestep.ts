/** Finds the (fractional) timestep of a noise level between those of a training schedule, by its logarithm. */
export function sigmaToTimestep(sigma: number, trainingSigmas: Float32Array): number {
  const low = lastNotAbove(trainingSigmas, sigma);
  const from = logAt(trainingSigmas, low);
  const to = logAt(trainingSigmas, low + 1);
  const share = Math.min(Math.max((Math.log(sigma) - from) / (to - from), 0), 1);
  return low + share;
}

/** The noise level at a (fractional) timestep, by straight lines between those of the training schedule. */
export function timestepToSigma(timestep: number, trainingSigmas: Float32Array): number {
  const low = Math.min(Math.max(Math.floor(timestep), 0), trainingSigmas.length - 2);
  const from = trainingSigmas[low] ?? 0;
  const to = trainingSigmas[low + 1] ?? 0;
  return from + Math.min(Math.max(timestep - low, 0), 1) * (to - from);
}

/** Index of the last level ≤ sigma that still has a neighbour above; 0 when there is none. */
function lastNotAbove(rising: Float32Array, sigma: number): number {
  let low = 0;
  let high = rising.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if ((rising[middle] ?? 0) <= sigma) low = middle;
    else high = middle;
  }
  return low;
}

/** numpy keeps these logarithms in single precision. */
function logAt(sigmas: Float32Array, i: number): number {
  return Math.fround(Math.log(sigmas[i] ?? 0));
}
