import { betaSigmas } from './beta-sigmas.ts';
import { exponentialSigmas, karrasSigmas } from './noise-levels.ts';
import { linspace32 } from './linspace.ts';
import { log32 } from './log32.ts';
import type { ScheduleRequest } from './schedule-request.ts';
import { sigmaToTimestep, timestepToSigma } from './sigma-to-timestep.ts';
import { spacedTimesteps } from './spaced-timesteps.ts';
import { trainingScheduleInSigmas } from './training-schedule.ts';

/** Timesteps and noise levels of a run, both falling. */
export interface SigmaSchedule {
  readonly timesteps: readonly number[];
  /** One level more than timesteps: where the run ends. */
  readonly sigmas: Float32Array;
  readonly trainingSigmas: Float32Array;
}

/**
 * The schedule of the samplers that come from k-diffusion: Euler, Euler ancestral, Heun, KDPM2. Karras and exponential
 * levels span those of the spaced timesteps, and the UNet then gets the fractional timesteps that belong to them.
 */
export function sigmaSchedule(request: ScheduleRequest): SigmaSchedule {
  const { sigmas: trainingSigmas } = trainingScheduleInSigmas(request.config);
  if (request.sigmas) return { ...ofSigmas(request.sigmas, trainingSigmas), trainingSigmas };
  const timesteps = (request.timesteps ?? spacedTimesteps(request, 'linspace')).map(Math.fround);
  const { levels, movesTimesteps } = noiseLevels(request, timesteps, trainingSigmas);
  return {
    timesteps: movesTimesteps ? levels.map((sigma) => sigmaToTimestep(sigma, trainingSigmas)) : timesteps,
    sigmas: Float32Array.of(...levels, finalSigma(request, trainingSigmas)),
    trainingSigmas,
  };
}

function ofSigmas(given: readonly number[], trainingSigmas: Float32Array): Omit<SigmaSchedule, 'trainingSigmas'> {
  const sigmas = Float32Array.from(given);
  return { sigmas, timesteps: Array.from(sigmas.slice(0, -1), (sigma) => sigmaToTimestep(sigma, trainingSigmas)) };
}

interface NoiseLevels {
  readonly levels: readonly number[];
  readonly movesTimesteps: boolean;
}

function noiseLevels(
  { config, steps }: ScheduleRequest,
  timesteps: readonly number[],
  trainingSigmas: Float32Array,
): NoiseLevels {
  const spacedLevels = timesteps.map((t) => timestepToSigma(t, trainingSigmas));
  const max = config.sigma_max ?? spacedLevels[0] ?? 0;
  const min = config.sigma_min ?? spacedLevels.at(-1) ?? 0;
  if (config.use_karras_sigmas) return { levels: [...karrasSigmas(max, min, timesteps.length)], movesTimesteps: true };
  if (config.use_exponential_sigmas) {
    return { levels: [...exponentialSigmas(max, min, timesteps.length)], movesTimesteps: true };
  }
  if (config.use_beta_sigmas) return { levels: [...betaSigmas(max, min, timesteps.length)], movesTimesteps: true };
  if (config.interpolation_type === 'log_linear') return { levels: logLinear(trainingSigmas, steps), movesTimesteps: false };
  return { levels: spacedLevels, movesTimesteps: false };
}

/** One level more than there are steps, so that the run ends at the training schedule's lowest level and not at 0. */
function logLinear(trainingSigmas: Float32Array, steps: number): readonly number[] {
  const highest = log32(trainingSigmas.at(-1) ?? 1);
  const lowest = log32(trainingSigmas[0] ?? 1);
  return [...linspace32(highest, lowest, steps + 1)].map(Math.exp);
}

function finalSigma({ config }: ScheduleRequest, trainingSigmas: Float32Array): number {
  return config.final_sigmas_type === 'sigma_min' ? (trainingSigmas[0] ?? 0) : 0;
}
