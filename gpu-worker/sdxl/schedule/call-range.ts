import { roundHalfToEven } from './round-half-to-even.ts';

/** A stretch of a sampler's calls, `begin` included, `end` not: indices into `timesteps`. May be empty. */
export interface CallRange {
  readonly begin: number;
  readonly end: number;
}

/** The schedule as far as cutting it is concerned; every `Sampler` is one. */
export interface Cuttable {
  readonly timesteps: readonly number[];
  readonly steps: number;
  readonly order: 1 | 2;
  readonly trainTimesteps: number;
}

/** The part of the schedule one model runs. Fractions count from noise (0) to picture (1). */
export interface Cut {
  /** Where the model takes over another's latents; strength is ignored then. */
  readonly denoisingStart?: number | undefined;
  /** Where the model hands its latents on. */
  readonly denoisingEnd?: number | undefined;
  /** Image-to-image: share of the steps to run, 1 = all. */
  readonly strength?: number | undefined;
  /**
   * What becomes of a step of two calls (Heun, KDPM2) that the cut falls into. `overlapping` is diffusers: the base
   * runs the step's first half, which already moves the latents on, and the refiner then runs the whole step again as
   * if they had not moved. `consistent` ends the base before that step, so that each step is run once, by one model.
   * Samplers of one call a step are cut alike either way.
   */
  readonly halves?: 'overlapping' | 'consistent' | undefined;
}

/**
 * The calls that a model runs under `cut`, as diffusers' SDXL pipelines cut them (`get_timesteps` and `denoising_end` in
 * https://github.com/huggingface/diffusers/blob/v0.31.0/src/diffusers/pipelines/stable_diffusion_xl/pipeline_stable_diffusion_xl_img2img.py).
 * Throws RangeError when a fraction is outside 0…1 or `denoisingStart` is not before `denoisingEnd`.
 */
export function selectCalls(schedule: Cuttable, cut: Cut): CallRange {
  check(cut);
  const begin = beginOf(schedule, cut);
  return { begin, end: Math.max(begin, endOf(schedule, cut, begin)) };
}

function check({ denoisingStart, denoisingEnd, strength }: Cut): void {
  for (const [name, value] of Object.entries({ denoisingStart, denoisingEnd, strength })) {
    if (value !== undefined && !(value >= 0 && value <= 1)) {
      throw new RangeError(`${name} is ${value}: give a fraction from 0 to 1`);
    }
  }
  if (isCut(denoisingStart) && isCut(denoisingEnd) && denoisingStart >= denoisingEnd) {
    throw new RangeError(`denoisingStart ${denoisingStart} must come before denoisingEnd ${denoisingEnd}`);
  }
}

/** 0 and 1 cut nothing off, in diffusers too. */
function isCut(fraction: number | undefined): fraction is number {
  return fraction !== undefined && fraction > 0 && fraction < 1;
}

function beginOf(schedule: Cuttable, { denoisingStart, strength, halves }: Cut): number {
  if (isCut(denoisingStart)) return takeOver(schedule, denoisingStart, halves);
  if (strength === undefined) return 0;
  const running = Math.min(Math.trunc(schedule.steps * strength), schedule.steps);
  return Math.min((schedule.steps - running) * schedule.order, schedule.timesteps.length);
}

/** First call of the model that takes over: never the second half of a step. */
function takeOver(schedule: Cuttable, fraction: number, halves: Cut['halves']): number {
  const cutoff = cutoffTimestep(schedule, fraction);
  const { length } = schedule.timesteps;
  const left = schedule.timesteps.filter((t) => t < cutoff).length;
  if (left === 0 && halves === 'consistent') return length;
  return length - (schedule.order === 2 && left % 2 === 0 ? left + 1 : left);
}

function endOf(schedule: Cuttable, { denoisingEnd, halves }: Cut, begin: number): number {
  if (!isCut(denoisingEnd)) return schedule.timesteps.length;
  if (halves === 'consistent') return takeOver(schedule, denoisingEnd, halves);
  const cutoff = cutoffTimestep(schedule, denoisingEnd);
  return begin + schedule.timesteps.slice(begin).filter((t) => t >= cutoff).length;
}

/** The base runs t ≥ cutoff, the refiner t < cutoff. Python's round: halves go to the even neighbour. */
function cutoffTimestep({ trainTimesteps }: Cuttable, fraction: number): number {
  return roundHalfToEven(trainTimesteps - fraction * trainTimesteps);
}
