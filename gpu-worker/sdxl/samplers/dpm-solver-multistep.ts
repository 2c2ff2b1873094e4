import type { ScheduleRequest } from '../schedule/schedule-request.ts';
import { solverSchedule } from '../schedule/solver-schedule.ts';
import { solverTimesteps } from '../schedule/spaced-timesteps.ts';
import { dpmOptions } from './dpm-solver-options.ts';
import { dpmUpdate, solverLevel, type Expansion, type SolverLevel } from './dpm-solver.ts';
import { inAlphas } from './in-alphas.ts';
import { readPrediction } from './prediction.ts';
import type { Rule } from './rule.ts';
import { weightedSum } from './weighted-sum.ts';

/**
 * DPM-Solver's multistep form: "DPM++ 2M", with `algorithm_type: sde-dpmsolver++` "DPM++ 2M SDE", with `solver_order: 3`
 * "DPM++ 3M" (Lu et al. 2022, algorithm 2, https://arxiv.org/abs/2211.01095). Derivatives come from earlier calls, so
 * that a run begins with a first-order step, after a hand-over as well.
 */
export function dpmSolverMultistep(request: ScheduleRequest): Rule {
  const { config } = request;
  const options = dpmOptions(config);
  const { timesteps, sigmas } = solverSchedule(request, { spaced: solverTimesteps, end: options.end });
  const level = (i: number): SolverLevel => solverLevel(sigmas, i);
  return {
    ...inAlphas(request, { timesteps, sigmas, mixtureAt: level }),
    noiseDraws: () => (options.drawsNoise ? 1 : 0),
    step({ call, x, modelOutput, noise }, memory) {
      const { denoised, epsilon } = readPrediction(config.prediction_type ?? 'epsilon', { x, modelOutput, ...level(call) });
      memory.push('output', options.expandsDenoised ? denoised : epsilon, options.solverOrder);
      const outputs = memory.history('output').slice(0, orderCap(call));
      const levels = outputs.map((_, age) => level(call - age));
      const to = level(call + 1);
      const expansion = expandBackwards(outputs, levels, to);
      return { next: dpmUpdate({ ...options, from: level(call), to, x, expansion, noise }), denoised };
    },
  };

  /** Few steps end in lower orders, and a step to level 0 has to be of first order. */
  function orderCap(call: number): number {
    const left = timesteps.length - call;
    const lowers = (config.lower_order_final ?? true) && timesteps.length < 15;
    if (left === 1 && (lowers || config.euler_at_final === true || options.end === 'zero')) return 1;
    return left === 2 && lowers ? 2 : options.solverOrder;
  }
}

/** Derivatives in λ at the newest level, in units of the step ahead; outputs and levels newest first. */
export function expandBackwards(outputs: readonly Float32Array[], levels: readonly SolverLevel[], to: SolverLevel): Expansion {
  const [m0, m1, m2] = outputs;
  const [s0, s1, s2] = levels;
  if (!m0 || !s0) throw new RangeError('there is no output to expand');
  if (!m1 || !s1) return [m0];
  const h = to.lambda - s0.lambda;
  const r0 = (s0.lambda - s1.lambda) / h;
  const d10 = weightedSum([1 / r0, m0], [-1 / r0, m1]);
  if (!m2 || !s2) return [m0, d10];
  const r1 = (s1.lambda - s2.lambda) / h;
  const d11 = weightedSum([1 / r1, m1], [-1 / r1, m2]);
  const share = r0 / (r0 + r1);
  return [
    m0,
    weightedSum([1 + share, d10], [-share, d11]),
    weightedSum([1 / (r0 + r1), d10], [-1 / (r0 + r1), d11]),
  ];
}
