import { alphasOf } from '../schedule/alphas.ts';
import type { ScheduleRequest } from '../schedule/schedule-request.ts';
import { wholeTimesteps } from '../schedule/spaced-timesteps.ts';
import { inAlphas, mixtureOfAlpha } from './in-alphas.ts';
import { readPrediction } from './prediction.ts';
import type { Rule } from './rule.ts';
import { timestepAt } from './timestep-at.ts';
import { mustRecall } from './two-calls.ts';
import { weightedSum, type Term } from './weighted-sum.ts';

/** Adams–Bashforth weights for one to four model outputs, newest first. */
const ADAMS_BASHFORTH = [[1], [3 / 2, -1 / 2], [23 / 12, -16 / 12, 5 / 12], [55 / 24, -59 / 24, 37 / 24, -9 / 24]] as const;

/**
 * Pseudo linear multistep method, "PLMS": DDIM's transfer with the noise extrapolated from up to four calls (Liu et al.
 * 2022, algorithm 2, https://arxiv.org/abs/2202.09778), without the Runge–Kutta warm-up (`skip_prk_steps`, as in SDXL's
 * config). n + 1 calls: the first step is done twice, the second time with the mean of the noise at both its ends.
 */
export function pndm(request: ScheduleRequest): Rule {
  const { config, steps } = request;
  if (config.skip_prk_steps === false) throw new RangeError('PNDM runs without Runge-Kutta steps only: set skip_prk_steps to true');
  const alphaAt = alphasOf(config);
  const type = config.prediction_type ?? 'epsilon';
  const timesteps = wholeTimesteps(request).flatMap((t, i) => (i === 1 ? [t, t] : [t]));
  const stride = Math.floor((config.num_train_timesteps ?? 1000) / steps);

  /** DDIM's step with the noise given, as the paper writes it (equation 11); v is turned into noise at the START of it. */
  function transfer(x: Float32Array, output: Float32Array, from: number, to: number): Float32Array {
    const a = alphaAt(from);
    const aTo = alphaAt(to);
    const divisor = a * Math.sqrt(1 - aTo) + Math.sqrt(a * (1 - a) * aTo);
    const { epsilon } = readPrediction(type, { x, modelOutput: output, ...mixtureOfAlpha(a) });
    return weightedSum([Math.sqrt(aTo / a), x], [-(aTo - a) / divisor, epsilon]);
  }

  return {
    ...inAlphas(request, { timesteps, sigmas: undefined, mixtureAt: (call) => mixtureOfAlpha(alphaAt(timestepAt(timesteps, call))) }),
    step({ call, x, modelOutput }, memory) {
      const t = timestepAt(timesteps, call);
      const { denoised } = readPrediction(type, { x, modelOutput, ...mixtureOfAlpha(alphaAt(t)) });
      const past = memory.history('output');
      const done = memory.number('calls') ?? 0;
      memory.setNumber('calls', done + 1);
      const [last] = past;
      if (done === 1 && last) {
        const mean = weightedSum([0.5, modelOutput], [0.5, last]);
        return { next: transfer(mustRecall(memory, 'x'), mean, t + stride, t), denoised };
      }
      if (done === 0) memory.keep('x', x);
      memory.push('output', modelOutput, 4);
      const outputs = [modelOutput, ...past].slice(0, 4);
      const weights = ADAMS_BASHFORTH[outputs.length - 1] ?? [1];
      const [first, ...rest] = outputs.map((output, age): Term => [weights[age] ?? 0, output]);
      const output = weightedSum(first ?? [1, modelOutput], ...rest);
      return { next: transfer(x, output, t, t - stride), denoised };
    },
  };
}
