import type { ScheduleRequest } from '../schedule/schedule-request.ts';
import { solverSchedule } from '../schedule/solver-schedule.ts';
import { solverTimesteps } from '../schedule/spaced-timesteps.ts';
import { solverLevel, type SolverLevel } from './dpm-solver.ts';
import { inAlphas } from './in-alphas.ts';
import { sigmaAt } from './in-sigmas.ts';
import { readPrediction } from './prediction.ts';
import type { Rule } from './rule.ts';
import { weightedSum, type Term } from './weighted-sum.ts';

/**
 * Diffusion exponential integrator sampler, in log ρ where ρ = σ/α: the noise is taken for a polynomial in log ρ through
 * up to three calls and integrated exactly (Zhang & Chen 2022, section 3, https://arxiv.org/abs/2204.13902).
 */
export function deis(request: ScheduleRequest): Rule {
  const { config } = request;
  const { timesteps, sigmas } = solverSchedule(request, { spaced: solverTimesteps, end: 'sigma_min' });
  const solverOrder = config.solver_order ?? 2;
  const level = (i: number): SolverLevel => solverLevel(sigmas, i);
  return {
    ...inAlphas(request, { timesteps, sigmas, mixtureAt: level }),
    step({ call, x, modelOutput }, memory) {
      const { denoised, epsilon } = readPrediction(config.prediction_type ?? 'epsilon', { x, modelOutput, ...level(call) });
      memory.push('epsilon', epsilon, solverOrder);
      const outputs = memory.history('epsilon').slice(0, orderCap(call));
      const rhos = outputs.map((_, age) => sigmaAt(sigmas, call - age));
      const { alpha } = level(call + 1);
      const terms = outputs.map((output, j): Term => [alpha * integrateWeight(rhos, j, sigmaAt(sigmas, call + 1)), output]);
      return { next: weightedSum([alpha / level(call).alpha, x], ...terms), denoised };
    },
  };

  function orderCap(call: number): number {
    const left = timesteps.length - call;
    if ((config.lower_order_final ?? true) && timesteps.length < 15) return Math.min(left, solverOrder);
    return solverOrder;
  }
}

/** The integral, from ρ₀ to `to`, of the Lagrange polynomial in log ρ that is 1 at ρⱼ and 0 at the others. */
function integrateWeight(rhos: readonly number[], j: number, to: number): number {
  const from = rhos[0] ?? 0;
  const own = Math.log(rhos[j] ?? 1);
  const others = rhos.filter((_, i) => i !== j).map(Math.log);
  const scale = others.reduce((product, other) => product * (own - other), 1);
  return (antiderivative(others, to) - antiderivative(others, from)) / scale;
}

/** ∫ Π(log ρ − otherᵢ) dρ for none, one or two others. */
function antiderivative([a, b]: readonly number[], rho: number): number {
  const log = Math.log(rho);
  if (a === undefined) return rho;
  if (b === undefined) return rho * (log - 1 - a);
  return rho * (log ** 2 - (2 + a + b) * (log - 1) + a * b);
}
