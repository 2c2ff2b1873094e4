import { describe, expect, test } from 'vitest';
import { createSampler } from '../../../../gpu-worker/sdxl/samplers/create-sampler.ts';
import { SAMPLERS, isSamplerName, type SamplerName } from '../../../../gpu-worker/sdxl/samplers/named-samplers.ts';
import { selectCalls } from '../../../../gpu-worker/sdxl/schedule/call-range.ts';

const NAMES = Object.keys(SAMPLERS).filter(isSamplerName);
const sampler = (name: SamplerName, steps: number) => createSampler(name, { timestep_spacing: 'leading', steps_offset: 1 }, steps);
const timesteps = (name: SamplerName, steps: number, cut: Parameters<typeof selectCalls>[1]): readonly number[] => {
  const whole = sampler(name, steps);
  const { begin, end } = selectCalls(whole, cut);
  return whole.timesteps.slice(begin, end);
};

describe('a hand-over', () => {
  test.each(NAMES.filter((name) => sampler(name, 4).order === 1))('gives every call of %s to one model, and none to both', (name) => {
    for (const steps of [1, 2, 7, 20, 50]) {
      for (const at of [0.05, 0.2, 0.5, 0.7, 0.8, 0.95]) {
        const whole = sampler(name, steps);
        const base = selectCalls(whole, { denoisingEnd: at });
        const refiner = selectCalls(whole, { denoisingStart: at });
        expect([base.begin, base.end, refiner.end]).toEqual([0, refiner.begin, whole.timesteps.length]);
      }
    }
  });

  test.each(['heun', 'heun-karras', 'dpm2', 'dpm2-a'] as const)('overlaps by half a step of %s as in diffusers, unless it is to be consistent', (name) => {
    for (const steps of [1, 2, 7, 20]) {
      for (const at of [0.05, 0.2, 0.5, 0.8, 0.95, 0.999]) {
        const whole = sampler(name, steps);
        const base = selectCalls(whole, { denoisingEnd: at, halves: 'consistent' });
        const refiner = selectCalls(whole, { denoisingStart: at, halves: 'consistent' });
        expect([base.begin, base.end, refiner.end]).toEqual([0, refiner.begin, whole.timesteps.length]);
        if (refiner.begin < whole.timesteps.length) expect(refiner.begin % 2).toBe(0);
      }
    }
  });

  test('of Heun at 0.8 of 4 steps: the reference runs the step from 251 twice by half, the consistent cut once', () => {
    expect(timesteps('heun', 4, { denoisingEnd: 0.8 })).toEqual([751, 501, 501, 251, 251]);
    expect(timesteps('heun', 4, { denoisingStart: 0.8 })).toEqual([251, 1, 1]);
    expect(timesteps('heun', 4, { denoisingEnd: 0.8, halves: 'consistent' })).toEqual([751, 501, 501, 251]);
    expect(timesteps('heun', 4, { denoisingStart: 0.8, halves: 'consistent' })).toEqual([251, 1, 1]);
  });

  test('three ways leaves nothing out', () => {
    const [base, middle, end] = [{ denoisingEnd: 0.4 }, { denoisingStart: 0.4, denoisingEnd: 0.8 }, { denoisingStart: 0.8 }];
    expect([base, middle, end].flatMap((cut) => timesteps('euler', 10, cut))).toEqual(sampler('euler', 10).timesteps);
  });

  test('rounds its cutoff half to even, as Python does', () => {
    // 1000 − 1000·0.4995 = 500.5 → 500, which belongs to the base; 501.5 → 502 to the refiner.
    const at = (denoisingEnd: number, t: number) => selectCalls({ timesteps: [t], steps: 1, order: 1, trainTimesteps: 1000 }, { denoisingEnd }).end;
    expect([at(0.4995, 500), at(0.4985, 501), at(0.4985, 502)]).toEqual([1, 0, 1]);
  });

  test('at 0 or 1 cuts nothing off', () => {
    expect(timesteps('euler', 4, { denoisingEnd: 1 })).toHaveLength(4);
    expect(timesteps('euler', 4, { denoisingStart: 0 })).toHaveLength(4);
  });
});

describe('strength', () => {
  test('is a share of the steps, truncated', () => {
    expect(timesteps('euler', 20, { strength: 0.3 })).toHaveLength(6);
    expect(timesteps('euler', 20, { strength: 0.99 })).toHaveLength(19);
    expect(timesteps('heun', 20, { strength: 0.3 })).toHaveLength(11);
    expect(timesteps('euler', 20, { strength: 0.02 })).toEqual([]);
  });

  test('counts for nothing where latents are taken over', () => {
    expect(timesteps('euler', 4, { strength: 0.1, denoisingStart: 0.5 })).toEqual([251, 1]);
  });
});

test('a cut that makes no sense says which fraction is wrong', () => {
  expect(() => timesteps('euler', 4, { strength: 1.5 })).toThrow('strength is 1.5: give a fraction from 0 to 1');
  expect(() => timesteps('euler', 4, { denoisingStart: NaN })).toThrow('denoisingStart is NaN');
  expect(() => timesteps('euler', 4, { denoisingStart: 0.8, denoisingEnd: 0.5 })).toThrow('denoisingStart 0.8 must come before denoisingEnd 0.5');
});
