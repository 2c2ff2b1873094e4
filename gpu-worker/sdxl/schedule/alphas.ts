import type { SchedulerConfig } from './scheduler-config.ts';
import { trainingSchedule } from './training-schedule.ts';

/** Looks up ᾱ at a timestep; what lies beyond the last one (below 0) counts as `set_alpha_to_one` says. */
export type AlphaAt = (timestep: number) => number;

/** For the samplers that go from timestep to timestep: DDIM, DDPM, PNDM, LCM, TCD. Throws RangeError past the schedule. */
export function alphasOf(config: SchedulerConfig): AlphaAt {
  const { alphasCumprod } = trainingSchedule(config);
  const beyond = (config.set_alpha_to_one ?? true) ? 1 : alphasCumprod[0];
  return (timestep) => {
    const alpha = timestep < 0 ? beyond : alphasCumprod[timestep];
    if (alpha === undefined) throw new RangeError(`there is no training timestep ${timestep}: whole numbers up to ${alphasCumprod.length - 1}`);
    return alpha;
  };
}
