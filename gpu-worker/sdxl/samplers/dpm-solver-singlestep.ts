import type { ScheduleRequest } from '../schedule/schedule-request.ts';
import { solverSchedule } from '../schedule/solver-schedule.ts';
import { evenTimesteps } from '../schedule/spaced-timesteps.ts';
import { dpmOptions, type DpmOptions } from './dpm-solver-options.ts';
import { dpmUpdate, solverLevel, type DpmSecondOrder, type Expansion, type SolverLevel } from './dpm-solver.ts';
import { inAlphas } from './in-alphas.ts';
import { readPrediction } from './prediction.ts';
import type { Rule } from './rule.ts';
import { mustRecall } from './two-calls.ts';
import { weightedSum } from './weighted-sum.ts';

/**
 * DPM-Solver's single-step form, "DPM++ 2S" (Lu et al. 2022, algorithm 1, https://arxiv.org/abs/2211.01095). Calls come
 * in groups of `solver_order`: first order to the next level, then second order over both levels, starting again from
 * the latents at the group's beginning. Its timesteps know no spacing.
 */
export function dpmSolverSinglestep(request: ScheduleRequest): Rule {
  const { config } = request;
  const options = dpmOptions(config);
  const { timesteps, sigmas } = solverSchedule(request, { spaced: evenTimesteps, end: options.end });
  const orders = orderOfCalls(timesteps.length, options, config.lower_order_final === true);
  const level = (i: number): SolverLevel => solverLevel(sigmas, i);
  return {
    ...inAlphas(request, { timesteps, sigmas, mixtureAt: level }),
    noiseDraws: () => (options.drawsNoise ? 1 : 0),
    step({ call, x, modelOutput, noise }, memory) {
      const { denoised, epsilon } = readPrediction(config.prediction_type ?? 'epsilon', { x, modelOutput, ...level(call) });
      memory.push('output', options.expandsDenoised ? denoised : epsilon, options.solverOrder);
      const outputs = memory.history('output');
      // A run that begins inside a group (after a hand-over) has nothing to look back to: it begins one anew.
      const order = Math.min(orders[call] ?? 1, outputs.length);
      if (order === 1) memory.keep('x', x);
      const levels = outputs.slice(0, order).map((_, age) => level(call - age));
      const to = level(call + 1);
      const next = dpmUpdate({
        ...options,
        from: level(call - order + 1),
        to,
        x: mustRecall(memory, 'x'),
        expansion: expandForwards(outputs.slice(0, order), levels, to, options.secondOrder),
        // The third-order midpoint rule is a second-order expansion with Heun's weight.
        secondOrder: order === 3 ? 'heun' : options.secondOrder,
        noise,
      });
      return { next, denoised };
    },
  };
}

/**
 * 1, 2, 1, 2 … or 1, 2, 3, 1, 2, 3 …; the last call of first order where the run ends at level 0, and where the config
 * wants low orders last and the groups come out even.
 */
function orderOfCalls(calls: number, { solverOrder, end }: DpmOptions, lowerOrderFinal: boolean): number[] {
  const orders = Array.from({ length: calls }, (_, call) => (call % solverOrder) + 1);
  if (end === 'zero' || (lowerOrderFinal && calls % solverOrder === 0)) orders[calls - 1] = 1;
  return orders;
}

/** Derivatives in λ at the group's OLDEST level, in units of the whole group; outputs and levels newest first. */
function expandForwards(
  outputs: readonly Float32Array[],
  levels: readonly SolverLevel[],
  to: SolverLevel,
  secondOrder: DpmSecondOrder,
): Expansion {
  const [m0, m1, m2] = outputs;
  const [s0, s1, s2] = levels;
  if (!m0 || !s0) throw new RangeError('there is no output to expand');
  if (!m1 || !s1) return [m0];
  if (!m2 || !s2) {
    const r0 = (s0.lambda - s1.lambda) / (to.lambda - s1.lambda);
    return [m1, weightedSum([1 / r0, m0], [-1 / r0, m1])];
  }
  const h = to.lambda - s2.lambda;
  const r0 = (s0.lambda - s2.lambda) / h;
  const r1 = (s1.lambda - s2.lambda) / h;
  const d10 = weightedSum([1 / r1, m1], [-1 / r1, m2]);
  const d11 = weightedSum([1 / r0, m0], [-1 / r0, m2]);
  if (secondOrder === 'midpoint') return [m2, d11];
  return [
    m2,
    weightedSum([r0 / (r0 - r1), d10], [-r1 / (r0 - r1), d11]),
    weightedSum([2 / (r0 - r1), d11], [-2 / (r0 - r1), d10]),
  ];
}
