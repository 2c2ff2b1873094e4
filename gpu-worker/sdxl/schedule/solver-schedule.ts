import { betaSigmas } from './beta-sigmas.ts';
import { exponentialSigmas, karrasSigmas, luSigmas } from './noise-levels.ts';
import { roundHalfToEven } from './round-half-to-even.ts';
import type { ScheduleRequest } from './schedule-request.ts';
import { sigmaToTimestep, timestepToSigma } from './sigma-to-timestep.ts';
import { trainingScheduleInSigmas } from './training-schedule.ts';

/** Whole timesteps and noise levels σ/α of a run, both falling; one level more, where the run ends. */
export interface SolverSchedule {
  readonly timesteps: readonly number[];
  readonly sigmas: Float32Array;
}

/**
 * The schedule of DPM-Solver, UniPC and DEIS. Karras, exponential, beta and Lu levels span the whole training range
 * whatever the spacing, and the UNet gets the nearest whole timestep to each (low ones may repeat). Throws RangeError
 * for so many steps that spaced timesteps repeat.
 */
export function solverSchedule(
  request: ScheduleRequest,
  { spaced, end }: { readonly spaced: (request: ScheduleRequest) => readonly number[]; readonly end: 'zero' | 'sigma_min' },
): SolverSchedule {
  const { sigmas: trainingSigmas } = trainingScheduleInSigmas(request.config);
  const min = trainingSigmas[0] ?? 0;
  const levels = levelsOverTraining(request, trainingSigmas.at(-1) ?? 0, min);
  const timesteps = levels
    ? Array.from(levels, (sigma) => roundHalfToEven(sigmaToTimestep(sigma, trainingSigmas)))
    : (request.timesteps ?? spaced(request));
  if (!levels && timesteps.some((t, i) => i > 0 && t >= (timesteps[i - 1] ?? t))) {
    throw new RangeError(`${request.steps} steps are too many for whole timesteps: this solver would stand still between two of them`);
  }
  return {
    timesteps,
    sigmas: Float32Array.of(
      ...(levels ?? timesteps.map((t) => timestepToSigma(t, trainingSigmas))),
      end === 'zero' ? 0 : min,
    ),
  };
}

function levelsOverTraining({ config, steps }: ScheduleRequest, max: number, min: number): Float64Array | undefined {
  if (config.use_karras_sigmas) return karrasSigmas(max, min, steps);
  if (config.use_lu_lambdas) return luSigmas(max, min, steps);
  if (config.use_exponential_sigmas) return exponentialSigmas(max, min, steps);
  if (config.use_beta_sigmas) return betaSigmas(max, min, steps);
  return undefined;
}
