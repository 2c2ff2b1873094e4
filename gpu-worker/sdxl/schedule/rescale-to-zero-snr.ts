/**
 * Stretches a noise schedule so that its last timestep is pure noise (Lin et al. 2023, algorithm 1,
 * https://arxiv.org/abs/2305.08891). Single precision throughout, as in diffusers: the rounding is part of the table.
 */
export function rescaleToZeroSnr(betas: Float32Array): Float32Array {
  const round = Math.fround;
  let product = 1;
  const roots = betas.map((beta) => Math.sqrt(round((product *= round(1 - beta)))));
  const first = roots[0] ?? 0;
  const last = roots[roots.length - 1] ?? 0;
  const stretch = round(first / round(first - last));
  const alphasCumprod = roots.map((root) => round(round(root - last) * stretch) ** 2);
  return alphasCumprod.map((a, t) => 1 - (t === 0 ? a : round(a / (alphasCumprod[t - 1] ?? 1))));
}
