import type { ScheduleRequest } from '../schedule/schedule-request.ts';
import { solverSchedule } from '../schedule/solver-schedule.ts';
import { solverTimesteps } from '../schedule/spaced-timesteps.ts';
import { solverLevel, type SolverLevel } from './dpm-solver.ts';
import { inAlphas } from './in-alphas.ts';
import { readPrediction } from './prediction.ts';
import type { Rule } from './rule.ts';
import { unipcWeights } from './unipc-weights.ts';
import { weightedSum, type Term } from './weighted-sum.ts';

/**
 * Unified predictor-corrector: a multistep prediction to the next level, which the next call's output then corrects at
 * no further call (Zhao et al. 2023, algorithms 5 to 8, https://arxiv.org/abs/2302.04867). `solver_type` names the
 * paper's B(h): bh1 or bh2.
 */
export function unipc(request: ScheduleRequest): Rule {
  const { config } = request;
  const { timesteps, sigmas } = solverSchedule(request, { spaced: solverTimesteps, end: config.final_sigmas_type ?? 'zero' });
  const solverOrder = config.solver_order ?? 2;
  const predictsX0 = config.predict_x0 ?? true;
  const level = (i: number): SolverLevel => solverLevel(sigmas, i);

  /** From the level of `call` to the next; `ahead`, the output at the next, makes it the corrector. */
  function advance(call: number, x: Float32Array, outputs: readonly Float32Array[], ahead?: Float32Array): Float32Array {
    const from = level(call);
    const to = level(call + 1);
    const h = to.lambda - from.lambda;
    const [m0, ...past] = outputs;
    if (!m0) throw new RangeError('there is no output to go on from');
    const ratios = past.map((_, i) => (level(call - i - 1).lambda - from.lambda) / h);
    const { phi1, weights } = unipcWeights(ratios, predictsX0 ? -h : h, config.solver_type === 'bh1' ? 'bh1' : 'bh2', ahead !== undefined);
    const scale = predictsX0 ? to.alpha : to.sigma;
    const points = [...past.map((m, i) => ({ m, ratio: ratios[i] ?? 1 })), ...(ahead ? [{ m: ahead, ratio: 1 }] : [])];
    // Each point pulls by weight · (m − m₀)/r.
    const pulls = points.map(({ m, ratio }, i): Term => [(-scale * (weights[i] ?? 0)) / ratio, m]);
    const total = pulls.reduce((sum, [pull]) => sum + pull, 0);
    return weightedSum([predictsX0 ? to.sigma / from.sigma : to.alpha / from.alpha, x], [-scale * phi1 - total, m0], ...pulls);
  }

  return {
    ...inAlphas(request, { timesteps, sigmas, mixtureAt: level }),
    step({ call, x: predicted, modelOutput }, memory) {
      const { denoised, epsilon } = readPrediction(config.prediction_type ?? 'epsilon', { x: predicted, modelOutput, ...level(call) });
      const output = predictsX0 ? denoised : epsilon;
      const last = memory.recall('x');
      const corrects = last !== undefined && !(config.disable_corrector ?? []).includes(call - 1);
      const x = corrects ? advance(call - 1, last, memory.history('output').slice(0, memory.number('order') ?? 1), output) : predicted;

      memory.push('output', output, solverOrder);
      const outputs = memory.history('output');
      const left = (config.lower_order_final ?? true) ? timesteps.length - call : solverOrder;
      const order = Math.min(solverOrder, left, outputs.length);
      memory.setNumber('order', order);
      memory.keep('x', x);
      return { next: advance(call, x, outputs.slice(0, order)), denoised };
    },
  };
}
