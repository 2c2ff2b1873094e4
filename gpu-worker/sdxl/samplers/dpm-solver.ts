import { mixtureOfSigma, type Mixture } from './in-alphas.ts';
import { weightedSum, type Term } from './weighted-sum.ts';

/**
 * The variants of DPM-Solver: `++` expands the clean latents instead of the noise (better under guidance), `sde` solves
 * the reverse SDE instead of the ODE, drawing at every call. Lu et al. 2022: DPM-Solver
 * (https://arxiv.org/abs/2206.00927) and DPM-Solver++ (https://arxiv.org/abs/2211.01095, whose letters these are).
 */
export type DpmAlgorithm = 'dpmsolver++' | 'dpmsolver' | 'sde-dpmsolver++' | 'sde-dpmsolver';

/** How much of the second-order term counts: half of the first-order one, or as Heun's rule has it. */
export type DpmSecondOrder = 'midpoint' | 'heun';

/** A noise level as the solvers see it; λ = log(α/σ), half the log-SNR. */
export interface SolverLevel extends Mixture {
  readonly lambda: number;
}

/** λ is infinite at level 0, where a run usually ends; the formulas below take that. */
export function solverLevel(sigmas: Float32Array, i: number): SolverLevel {
  const level = sigmas[i];
  if (level === undefined) throw new RangeError(`the schedule has no noise level ${i}`);
  return { ...mixtureOfSigma(level), lambda: -Math.log(level) };
}

/** Finite differences of what the solver expands, at the level it starts from: value, first, second derivative. */
export type Expansion = readonly [d0: Float32Array, d1?: Float32Array, d2?: Float32Array];

/** One update from a level to a lower one. */
export interface DpmUpdate {
  readonly algorithm: DpmAlgorithm;
  readonly from: SolverLevel;
  readonly to: SolverLevel;
  readonly x: Float32Array;
  readonly expansion: Expansion;
  readonly secondOrder: DpmSecondOrder;
  readonly noise: Float32Array | undefined;
}

/** Latents at `to`; of first, second or third order, as far as the expansion goes. */
export function dpmUpdate({ algorithm, from, to, x, expansion, secondOrder, noise }: DpmUpdate): Float32Array {
  const k = WEIGHTS[algorithm](from, to, to.lambda - from.lambda);
  const [d0, d1, d2] = expansion;
  const sum: [Term, ...Term[]] = [[k.x, x], [k.d0, d0]];
  if (d1) sum.push([d2 || secondOrder === 'heun' ? k.d1 : k.d0 / 2, d1]);
  if (d2) sum.push([k.d2, d2]);
  if (noise) sum.push([k.noise, noise]);
  return weightedSum(...sum);
}

/** What each term of the update is multiplied with. */
interface Weights {
  readonly x: number;
  readonly d0: number;
  readonly d1: number;
  readonly d2: number;
  readonly noise: number;
}

const WEIGHTS: Readonly<Record<DpmAlgorithm, (from: SolverLevel, to: SolverLevel, h: number) => Weights>> = {
  'dpmsolver++': (from, to, h) => ({
    x: to.sigma / from.sigma,
    d0: -to.alpha * Math.expm1(-h),
    d1: to.alpha * (Math.expm1(-h) / h + 1),
    d2: -to.alpha * ((Math.expm1(-h) + h) / h ** 2 - 0.5),
    noise: 0,
  }),
  dpmsolver: (from, to, h) => ({
    x: to.alpha / from.alpha,
    d0: -to.sigma * Math.expm1(h),
    d1: -to.sigma * (Math.expm1(h) / h - 1),
    d2: -to.sigma * ((Math.expm1(h) - h) / h ** 2 - 0.5),
    noise: 0,
  }),
  'sde-dpmsolver++': (from, to, h) => ({
    x: (to.sigma / from.sigma) * Math.exp(-h),
    d0: -to.alpha * Math.expm1(-2 * h),
    d1: to.alpha * (Math.expm1(-2 * h) / (2 * h) + 1),
    d2: -to.alpha * ((Math.expm1(-2 * h) + 2 * h) / (2 * h) ** 2 - 0.5),
    noise: to.sigma * Math.sqrt(-Math.expm1(-2 * h)),
  }),
  'sde-dpmsolver': (from, to, h) => ({
    x: to.alpha / from.alpha,
    d0: -2 * to.sigma * Math.expm1(h),
    d1: -2 * to.sigma * (Math.expm1(h) / h - 1),
    d2: NaN,
    noise: to.sigma * Math.sqrt(Math.expm1(2 * h)),
  }),
};
