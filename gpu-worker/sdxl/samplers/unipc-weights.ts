/** What UniPC's update multiplies with: e^h − 1, and the weight of each further point (B(h) included). */
export interface UnipcWeights {
  readonly phi1: number;
  readonly weights: readonly number[];
}

/**
 * Solves the paper's order conditions (Zhao et al. 2023, theorem 3.1, https://arxiv.org/abs/2302.04867): `ratios` are
 * the past points' distances in λ in units of the step (negative), `hh` is the signed step. A corrector has one point
 * more, the one ahead at ratio 1. Where one unknown is left, the authors' code has it at ½, and so has this.
 */
export function unipcWeights(ratios: readonly number[], hh: number, kind: 'bh1' | 'bh2', isCorrector: boolean): UnipcWeights {
  const phi1 = Math.expm1(hh);
  const bh = kind === 'bh1' ? hh : phi1;
  const points = isCorrector ? [...ratios, 1] : ratios;
  if (points.length === 0) return { phi1, weights: [] };
  if (points.length === 1) return { phi1, weights: [bh / 2] };
  const right: number[] = [];
  let phi = phi1 / hh - 1;
  let factorial = 1;
  for (let k = 1; k <= points.length; k++) {
    right.push((phi * factorial) / bh);
    factorial *= k + 1;
    phi = phi / hh - 1 / factorial;
  }
  const rows = points.map((_, power) => points.map((ratio) => ratio ** power));
  return { phi1, weights: solve(rows, right).map((rho) => rho * bh) };
}

/** Gaussian elimination. These are Vandermonde matrices of distinct points, whose pivots are never 0. */
function solve(rows: readonly (readonly number[])[], right: readonly number[]): number[] {
  const m = rows.map((row, i) => [...row, right[i] ?? 0]);
  const at = (i: number, j: number): number => m[i]?.[j] ?? 0;
  for (let k = 0; k < m.length; k++) {
    for (let i = k + 1; i < m.length; i++) {
      const factor = at(i, k) / at(k, k);
      m[i] = (m[i] ?? []).map((value, j) => value - factor * at(k, j));
    }
  }
  const solution = m.map(() => 0);
  for (let i = m.length - 1; i >= 0; i--) {
    const known = solution.reduce((sum, value, j) => sum + value * at(i, j), 0);
    solution[i] = (at(i, m.length) - known) / at(i, i);
  }
  return solution;
}
