/** Guidance is on only above 1: at 1 it is the prompt's own prediction, for twice the work. */
export function isGuided(guidanceScale: number): boolean {
  return guidanceScale > 1;
}

/**
 * Classifier-free guidance (Ho & Salimans 2022, https://arxiv.org/abs/2207.12598) of one picture: from what the UNet says
 * without the prompt, `scale` times the way to what it says with it.
 */
export function guide(negative: Float32Array, positive: Float32Array, scale: number): Float32Array {
  return positive.map((text, i) => {
    const uncond = negative[i] ?? 0;
    return uncond + scale * (text - uncond);
  });
}

/**
 * Takes back some of the contrast that strong guidance adds: `rescale` of the way to the deviation that the prompt's own
 * prediction has (Lin et al. 2023, section 3.4, https://arxiv.org/abs/2305.08891). One picture at a time.
 */
export function rescaleGuided(guided: Float32Array, positive: Float32Array, rescale: number): Float32Array {
  const factor = rescale * (standardDeviation(positive) / standardDeviation(guided)) + (1 - rescale);
  return guided.map((value) => value * factor);
}

/** With N − 1, as torch.std. */
function standardDeviation(values: Float32Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1));
}
