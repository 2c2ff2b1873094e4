import type { SigmaSchedule } from '../schedule/sigma-schedule.ts';
import type { ScheduleRequest } from '../schedule/schedule-request.ts';
import { divided } from './divided.ts';
import type { Rule } from './rule.ts';
import { weightedSum } from './weighted-sum.ts';

/** The parts of a rule that all samplers share whose latents are x = x₀ + σ·ε. */
export function inSigmas(
  { config, steps }: ScheduleRequest,
  { timesteps, sigmas }: Pick<SigmaSchedule, 'timesteps' | 'sigmas'>,
): Omit<Rule, 'step'> {
  const max = sigmas.reduce((a, b) => Math.max(a, b), 0);
  const startsAtPureNoise = config.timestep_spacing !== 'leading';
  return {
    timesteps,
    sigmas,
    steps,
    order: 1,
    initNoiseSigma: Math.fround(startsAtPureNoise ? max : Math.sqrt(max ** 2 + 1)),
    trainTimesteps: config.num_train_timesteps ?? 1000,
    scaleModelInput: (x, call) => divided(x, Math.sqrt(sigmaAt(sigmas, call) ** 2 + 1)),
    noiseDraws: () => 0,
    addNoise: (x0, noise, call) => weightedSum([1, x0], [sigmaAt(sigmas, call), noise]),
  };
}

/** A noise level that the caller knows to be there. */
export function sigmaAt(sigmas: Float32Array, i: number): number {
  const sigma = sigmas[i];
  if (sigma === undefined) throw new RangeError(`the schedule has no noise level ${i}`);
  return sigma;
}
