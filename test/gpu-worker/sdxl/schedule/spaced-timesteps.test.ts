import { describe, expect, test } from 'vitest';
import { distilledTimesteps } from '../../../../gpu-worker/sdxl/schedule/distilled-timesteps.ts';
import { solverTimesteps, spacedTimesteps } from '../../../../gpu-worker/sdxl/schedule/spaced-timesteps.ts';

const trailing = (steps: number) => spacedTimesteps({ config: { timestep_spacing: 'trailing' }, steps }, 'leading');

describe('timesteps are rounded as numpy rounds them', () => {
  test('trailing: np.arange(1000, 0, -1000 / n).round() - 1', () => {
    expect(trailing(16).slice(0, 4)).toEqual([999, 937, 874, 811]);
    expect(trailing(48)[3]).toBe(936);
    expect(trailing(96)[18]).toBe(812);
  });

  test('distilled: np.floor(np.linspace(0, 1000, 38, endpoint=False)) of the taught ones', () => {
    expect(distilledTimesteps({ config: { original_inference_steps: 1000 }, steps: 38 })[19]).toBe(500);
  });
});

test('no spacing has a timestep twice, or one outside the schedule', () => {
  for (const timestep_spacing of ['leading', 'trailing', 'linspace'] as const) {
    for (let steps = 1; steps <= 200; steps++) {
      const request = { config: { timestep_spacing, steps_offset: 1 }, steps };
      for (const timesteps of [spacedTimesteps(request, 'leading'), solverTimesteps(request)]) {
        expect(timesteps).toHaveLength(steps);
        expect(timesteps.every((t, i) => t >= 0 && t < 1000 && t < (timesteps[i - 1] ?? 1000))).toBe(true);
      }
    }
  }
});
