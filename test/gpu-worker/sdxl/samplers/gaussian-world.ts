import type { Generator } from '../../../../gpu-worker/sdxl/noise/generator.ts';
import type { Sampler } from '../../../../gpu-worker/sdxl/samplers/sampler.ts';
import type { SchedulerConfig } from '../../../../gpu-worker/sdxl/schedule/scheduler-config.ts';
import { timestepToSigma } from '../../../../gpu-worker/sdxl/schedule/sigma-to-timestep.ts';
import { trainingSchedule } from '../../../../gpu-worker/sdxl/schedule/training-schedule.ts';

/** SDXL's noise schedule. */
export const SDXL: SchedulerConfig = {
  beta_start: 0.00085,
  beta_end: 0.012,
  beta_schedule: 'scaled_linear',
  timestep_spacing: 'leading',
  steps_offset: 1,
  set_alpha_to_one: false,
};

/** Standard deviation of the "pictures" of this world. They are Gaussian, so that everything about them is known exactly. */
export const SPREAD = 0.5;

const { sigmas } = trainingSchedule(SDXL);

/** Standard deviation, at a timestep (fractional ones too), of latents as the UNet sees them. */
export function spreadAt(timestep: number): number {
  const { alpha, sigma } = mixtureAt(timestep);
  return Math.sqrt(alpha ** 2 * SPREAD ** 2 + sigma ** 2);
}

/** The perfect model: the noise that is to be expected in `input`. */
export function expectedNoise(input: Float32Array, timestep: number): Float32Array {
  const { sigma } = mixtureAt(timestep);
  return input.map((x) => (sigma * x) / spreadAt(timestep) ** 2);
}

/** The perfect distilled model: the noise that, taken away, leaves where the probability-flow ODE would end. */
export function consistentNoise(input: Float32Array, timestep: number): Float32Array {
  const { alpha, sigma } = mixtureAt(timestep);
  return input.map((x) => (x - (alpha * SPREAD * x) / spreadAt(timestep)) / sigma);
}

/** From unit noise through every call. */
export function paint(sampler: Sampler, start: Float32Array, generator: Generator, model = expectedNoise): Float32Array {
  let x: Float32Array = start.map((value) => value * sampler.initNoiseSigma);
  for (const [call, timestep] of sampler.timesteps.entries()) {
    const output = model(sampler.scaleModelInput(x, call), timestep);
    x = sampler.step(output, call, x, sampler.noiseDraws(call) === 1 ? generator.normal(x.length) : undefined).next;
  }
  return x;
}

function mixtureAt(timestep: number): { readonly alpha: number; readonly sigma: number } {
  const level = timestepToSigma(timestep, sigmas);
  const alpha = 1 / Math.sqrt(level ** 2 + 1);
  return { alpha, sigma: level * alpha };
}
