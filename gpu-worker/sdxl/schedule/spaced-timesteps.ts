import { linspace } from './linspace.ts';
import { roundHalfToEven } from './round-half-to-even.ts';
import type { ScheduleRequest } from './schedule-request.ts';
import type { SchedulerConfig } from './scheduler-config.ts';

export type Spacing = NonNullable<SchedulerConfig['timestep_spacing']>;

/**
 * Timesteps, falling, as most schedulers of diffusers space them (Lin et al. 2023, table 2,
 * https://arxiv.org/abs/2305.08891); fractional for `linspace`.
 */
export function spacedTimesteps(request: ScheduleRequest, byDefault: Spacing): number[] {
  const { steps, trainTimesteps, offset } = layout(request);
  switch (request.config.timestep_spacing ?? byDefault) {
    case 'leading':
      return leading(steps, Math.floor(trainTimesteps / steps), offset);
    case 'trailing':
      return trailing(steps, trainTimesteps);
    case 'linspace':
      return [...linspace(0, trainTimesteps - 1, steps)].toReversed();
  }
}

/**
 * The same in whole numbers, for the samplers that look up ᾱ by timestep and go down in equal strides: DDIM, PNDM.
 * Throws RangeError for timesteps of the caller's own, which have no equal strides.
 */
export function wholeTimesteps(request: ScheduleRequest): number[] {
  if (request.timesteps) throw new RangeError('this sampler goes in equal strides: choose another one for timesteps of your own');
  return spacedTimesteps(request, 'leading').map(roundHalfToEven);
}

/**
 * The same as DPM-Solver, UniPC and DEIS space them: as though there were one step more, so that `leading` starts
 * lower (20 steps: at 941, not 951) and `linspace` ends above 0.
 */
export function solverTimesteps(request: ScheduleRequest): number[] {
  const { steps, trainTimesteps, offset } = layout(request);
  switch (request.config.timestep_spacing ?? 'linspace') {
    case 'leading':
      return leading(steps + 1, Math.floor(trainTimesteps / (steps + 1)), offset).slice(0, -1);
    case 'trailing':
      return trailing(steps, trainTimesteps);
    case 'linspace':
      return evenTimesteps(request);
  }
}

/** Evenly from the last training timestep to just above 0: the only way DPM-Solver's single-step form knows. */
export function evenTimesteps(request: ScheduleRequest): number[] {
  const { steps, trainTimesteps } = layout(request);
  return Array.from(linspace(0, trainTimesteps - 1, steps + 1), roundHalfToEven).toReversed().slice(0, -1);
}

interface Layout {
  readonly steps: number;
  readonly trainTimesteps: number;
  /** Added by `leading` only: SDXL's 1 makes the last timestep 1 instead of 0. */
  readonly offset: number;
}

function layout({ config, steps }: ScheduleRequest): Layout {
  return { steps, trainTimesteps: config.num_train_timesteps ?? 1000, offset: config.steps_offset ?? 0 };
}

function leading(steps: number, stride: number, offset: number): number[] {
  return Array.from({ length: steps }, (_, i) => (steps - 1 - i) * stride + offset);
}

/**
 * numpy's `arange` downwards, with its rounding of the stride, which decides halves (48 steps). Without the timestep −1
 * that it adds to some counts (61): diffusers then makes a call too many.
 */
function trailing(steps: number, trainTimesteps: number): number[] {
  const stride = trainTimesteps - (trainTimesteps - trainTimesteps / steps);
  return Array.from({ length: steps }, (_, i) => roundHalfToEven(trainTimesteps - i * stride) - 1);
}
