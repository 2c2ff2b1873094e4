import { describe, expect, test } from 'vitest';
import { createConfiguredSampler } from '../../../../gpu-worker/sdxl/samplers/create-sampler.ts';
import type { SchedulerConfig } from '../../../../gpu-worker/sdxl/schedule/scheduler-config.ts';
import { SDXL } from './gaussian-world.ts';

const x = Float32Array.of(0.3);

/** Whether the call `left` calls before the end takes anything from the call `back` calls before it. */
function remembers(config: SchedulerConfig, steps: number, left: number, back: number): boolean {
  const results = [0.1, 0.9].map((past) => {
    const sampler = createConfiguredSampler({ ...SDXL, ...config }, steps);
    const judged = steps - left;
    for (let call = 0; call < judged; call++) sampler.step(Float32Array.of(call === judged - back ? past : 0.5), call, x);
    return sampler.step(Float32Array.of(0.5), judged, x).next[0];
  });
  return results[0] !== results[1];
}

describe('few steps end in lower orders', () => {
  const endsAboveZero = { final_sigmas_type: 'sigma_min' } as const;
  const thirdOrder = { class_name: 'DPMSolverMultistepScheduler', solver_order: 3, ...endsAboveZero };

  test.each([thirdOrder, { class_name: 'DEISMultistepScheduler', solver_order: 3 }])('$class_name: fewer than 15 of them', (config) => {
    expect([remembers(config, 14, 1, 1), remembers(config, 14, 2, 1), remembers(config, 14, 2, 2)]).toEqual([false, true, false]);
    expect([remembers(config, 15, 1, 1), remembers(config, 15, 1, 2)]).toEqual([true, true]);
    expect(remembers({ ...config, lower_order_final: false }, 14, 1, 2)).toBe(true);
  });

  test('DPM++ 2M: the last of them, whatever their number, when it goes to level 0 or is to be of first order', () => {
    const config = { class_name: 'DPMSolverMultistepScheduler' };
    expect(remembers({ ...config, final_sigmas_type: 'zero' }, 30, 1, 1)).toBe(false);
    expect(remembers({ ...config, ...endsAboveZero, euler_at_final: true }, 30, 1, 1)).toBe(false);
    expect(remembers({ ...config, ...endsAboveZero }, 30, 1, 1)).toBe(true);
  });

  test('DPM++ 2S: every other call begins a group, and so does the last before level 0', () => {
    const config = { class_name: 'DPMSolverSinglestepScheduler' };
    expect([4, 3, 2, 1].map((left) => remembers(config, 8, left, 1))).toEqual([false, true, false, false]);
    expect(remembers({ ...config, ...endsAboveZero }, 8, 1, 1)).toBe(true);
    expect(remembers({ ...config, ...endsAboveZero, lower_order_final: true }, 8, 1, 1)).toBe(false);
    // 5 calls of order 3 leave a group of two.
    expect([2, 1].map((left) => remembers({ ...config, ...endsAboveZero, solver_order: 3 }, 5, left, 1))).toEqual([false, true]);
  });
});
