import { linspace } from './linspace.ts';
import { roundHalfToEven } from './round-half-to-even.ts';
import type { SchedulerConfig } from './scheduler-config.ts';

export type Spacing = NonNullable<SchedulerConfig['timestep_spacing']>;

/** How a spacing is to be laid over the training timesteps. */
export interface SpacingRequest {
  readonly spacing: Spacing;
  readonly steps: number;
  readonly trainTimesteps: number;
  /** Added by `leading` only: SDXL's 1 makes the last timestep 1 instead of 0. */
  readonly offset: number;
}

/**
 * Timesteps, falling, as most schedulers of diffusers space them (Lin et al. 2023, table 2,
 * https://arxiv.org/abs/2305.08891). `linspace` is not rounded here: Euler runs fractional timesteps, DDIM rounds.
 */
export function spacedTimesteps({ spacing, steps, trainTimesteps, offset }: SpacingRequest): number[] {
  switch (spacing) {
    case 'leading':
      return leading(steps, Math.floor(trainTimesteps / steps), offset);
    case 'trailing':
      return trailing(steps, trainTimesteps);
    case 'linspace':
      return [...linspace(0, trainTimesteps - 1, steps)].toReversed();
  }
}

/**
 * The same as DPM-Solver, UniPC and DEIS space them: as though there were one step more, so that `leading` starts
 * lower (20 steps: at 941, not 951) and `linspace` ends above 0; always whole numbers.
 */
export function solverTimesteps({ spacing, steps, trainTimesteps, offset }: SpacingRequest): number[] {
  switch (spacing) {
    case 'leading':
      return leading(steps + 1, Math.floor(trainTimesteps / (steps + 1)), offset).slice(0, -1);
    case 'trailing':
      return trailing(steps, trainTimesteps);
    case 'linspace':
      return [...linspace(0, trainTimesteps - 1, steps + 1)].map(roundHalfToEven).toReversed().slice(0, -1);
  }
}

function leading(steps: number, stride: number, offset: number): number[] {
  return Array.from({ length: steps }, (_, i) => (steps - 1 - i) * stride + offset);
}

function trailing(steps: number, trainTimesteps: number): number[] {
  const stride = trainTimesteps / steps;
  return Array.from({ length: steps }, (_, i) => roundHalfToEven(trainTimesteps - i * stride) - 1);
}
