import type { SchedulerConfig } from './scheduler-config.ts';

/** What a schedule is made from. */
export interface ScheduleRequest {
  readonly config: SchedulerConfig;
  readonly steps: number;
  /** Instead of a spacing: timesteps, falling (as published for "align your steps"). */
  readonly timesteps?: readonly number[] | undefined;
  /** Instead of a spacing: noise levels, falling, the last being where the run ends: usually 0. */
  readonly sigmas?: readonly number[] | undefined;
}

/** The request without what a sampler's class in diffusers does not read. */
export function without(request: ScheduleRequest, ...keys: readonly (keyof SchedulerConfig)[]): ScheduleRequest {
  const config = { ...request.config };
  for (const key of keys) delete config[key];
  return { ...request, config };
}
