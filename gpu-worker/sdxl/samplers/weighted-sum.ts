export type Term = readonly [weight: number, values: Float32Array];

/**
 * w₀·v₀ + w₁·v₁ + …, value by value, from left to right: what every sampler's update comes to. Each product and each
 * sum is rounded to single precision, as torch rounds them: at a zero-SNR schedule's σ = 4096 that shows.
 */
export function weightedSum(...terms: readonly [Term, ...Term[]]): Float32Array {
  const sum = new Float32Array(terms[0][1].length);
  for (const [weight, values] of terms) {
    const w = Math.fround(weight);
    for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] ?? 0) + Math.fround(w * (values[i] ?? 0));
  }
  return sum;
}
