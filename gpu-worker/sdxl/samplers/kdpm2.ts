import { without, type ScheduleRequest } from '../schedule/schedule-request.ts';
import { sigmaSchedule, type SigmaSchedule } from '../schedule/sigma-schedule.ts';
import { sigmaToTimestep } from '../schedule/sigma-to-timestep.ts';
import { divided } from './divided.ts';
import { inSigmas, sigmaAt } from './in-sigmas.ts';
import { denoisedInSigmas } from './prediction.ts';
import type { Rule } from './rule.ts';
import { slope } from './slope.ts';
import { firstAndTwice, mustRecall } from './two-calls.ts';
import { weightedSum } from './weighted-sum.ts';

/** One step: from a level, by way of one in between, to where it goes down to, and the noise it then adds. */
export interface MidpointStep {
  readonly from: number;
  readonly between: number;
  readonly down: number;
  readonly up: number;
}

/**
 * The midpoint method on the ODE, "DPM2": goes half way (in log σ) by Euler and takes the slope there for the whole
 * step (k-diffusion's `sample_dpm_2`, after Karras et al. 2022, algorithm 2, and Lu et al. 2022,
 * https://arxiv.org/abs/2206.00927). Two calls a step, one for the last.
 */
export function kdpm2(request: ScheduleRequest): Rule {
  return midpointRule(request, (from, to) => ({ from, between: halfWay(to, from), down: to, up: 0 }));
}

/** The midpoint method as a rule; `planStep` says how one goes from a level to the next. */
export function midpointRule(request: ScheduleRequest, planStep: (from: number, to: number) => MidpointStep): Rule {
  const schedule = sigmaSchedule(without(request, 'interpolation_type', 'final_sigmas_type'));
  const type = request.config.prediction_type ?? 'epsilon';
  const plan = schedule.timesteps.map((_, i) => planStep(sigmaAt(schedule.sigmas, i), sigmaAt(schedule.sigmas, i + 1)));
  const stepAt = (call: number): MidpointStep => plan[call >> 1] ?? { from: 0, between: 0, down: 0, up: 0 };
  const levelAt = (call: number): number => (isFirst(call) ? stepAt(call).from : stepAt(call).between);
  const shared = inSigmas(request, { timesteps: withMidpoints(schedule, plan), sigmas: recordedSigmas(schedule.sigmas) });
  return {
    ...shared,
    order: 2,
    noiseDraws: (call) => (!isFirst(call) && plan.some(({ up }) => up > 0) ? 1 : 0),
    scaleModelInput: (x, call) => divided(x, Math.sqrt(levelAt(call) ** 2 + 1)),
    step({ call, x, modelOutput, noise }, memory) {
      const { from, between, down, up } = stepAt(call);
      const denoised = denoisedInSigmas(type, { x, modelOutput, sigma: levelAt(call) });
      const d = slope(x, denoised, levelAt(call));
      if (isFirst(call)) {
        memory.keep('x', x);
        return { next: weightedSum([1, x], [between - from, d]), denoised };
      }
      const start = mustRecall(memory, 'x');
      return { next: weightedSum([1, start], [down - from, d], [up, noise ?? start]), denoised };
    },
  };
}

function isFirst(call: number): boolean {
  return call % 2 === 0;
}

/** Half way in log σ, in single precision as torch's `lerp`; 0 when either end is, as the last step goes straight there. */
export function halfWay(from: number, to: number): number {
  if (from === 0 || to === 0) return 0;
  const end = Math.fround(Math.log(to));
  const half = Math.fround(Math.fround(end - Math.fround(Math.log(from))) / 2);
  return Math.fround(Math.exp(Math.fround(end - half)));
}

function withMidpoints({ timesteps, trainingSigmas }: SigmaSchedule, plan: readonly MidpointStep[]): number[] {
  const last = timesteps.length - 1;
  return timesteps.flatMap((t, i) => (i === last ? [t] : [t, Math.fround(sigmaToTimestep(plan[i]?.between ?? 0, trainingSigmas))]));
}

/** diffusers keeps the last level three times; only the first of them is ever looked at. */
function recordedSigmas(sigmas: Float32Array): Float32Array {
  return Float32Array.from([...firstAndTwice([...sigmas]), sigmaAt(sigmas, sigmas.length - 1)]);
}
