import type { ScheduleRequest } from '../schedule/schedule-request.ts';
import { ancestralSplit } from './ancestral-split.ts';
import { halfWay, midpointRule } from './kdpm2.ts';
import type { Rule } from './rule.ts';

/**
 * The midpoint method that goes down too far and climbs back with fresh noise, "DPM2 a" (k-diffusion's
 * `sample_dpm_2_ancestral`). Draws at the second call of every step; the last step has none.
 */
export function kdpm2Ancestral(request: ScheduleRequest): Rule {
  return midpointRule(request, (from, to) => {
    const { down, up } = ancestralSplit(from, to);
    return { from, between: halfWay(from, down), down, up };
  });
}
