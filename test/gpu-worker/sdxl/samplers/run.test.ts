import { describe, expect, test } from 'vitest';
import { createConfiguredSampler, createSampler } from '../../../../gpu-worker/sdxl/samplers/create-sampler.ts';
import { SDXL } from './gaussian-world.ts';

const x = new Float32Array(4).fill(0.5);

describe('a sampler says what is wrong with', () => {
  test('calls out of order', () => {
    const sampler = createSampler('dpmpp-2m', SDXL, 4);
    sampler.step(x, 0, x);
    expect(() => sampler.step(x, 2, x)).toThrow('call 2 cannot follow call 0');
    expect(() => sampler.step(x, 0, x)).toThrow('call 0 cannot follow call 0');
    expect(() => sampler.step(x, 4, x)).toThrow('there is no call 4: this schedule has calls 0 to 3');
  });

  test('a run that begins with the second half of a step', () => {
    expect(() => createSampler('heun', SDXL, 4).step(x, 1, x)).toThrow('call 1 is the second half of a step: begin at call 0');
  });

  test('noise that is missing or too much', () => {
    expect(() => createSampler('euler-a', SDXL, 4).step(x, 0, x)).toThrow('call 0 wants 1 draws of noise');
    expect(() => createSampler('euler', SDXL, 4).step(x, 0, x, x)).toThrow('call 0 wants 0 draws of noise');
  });

  test('arrays of different sizes', () => {
    expect(() => createSampler('euler', SDXL, 4).step(new Float32Array(3), 0, x)).toThrow('modelOutput has 3 values where the latents have 4');
  });

  test.each([
    [{ class_name: 'FlowMatchEulerDiscreteScheduler' }, 4, {}, 'no sampler for scheduler "FlowMatchEulerDiscreteScheduler"'],
    [{}, 0, {}, 'steps is 0: give a whole number from 1 to 1000'],
    [{}, 2.5, {}, 'steps is 2.5'],
    [{ class_name: 'LCMScheduler' }, 51, {}, 'distilled to at most 50'],
    [{}, 4, { timesteps: [1, 2] }, 'timesteps must fall'],
    [{}, 4, { timesteps: [] }, 'timesteps must fall'],
    [{}, 4, { timesteps: [1000] }, 'within 999 to 0'],
    [{}, 4, { sigmas: [14] }, 'sigmas must be at least two'],
    [{}, 4, { timesteps: [9], sigmas: [1, 0] }, 'not both'],
    [{ use_karras_sigmas: true }, 4, { timesteps: [9] }, 'exclude each other'],
    [{ class_name: 'DDIMScheduler' }, 4, { timesteps: [9] }, 'equal strides'],
    [{ class_name: 'DPMSolverMultistepScheduler' }, 4, { sigmas: [1, 0] }, 'takes timesteps, not sigmas'],
    [{ class_name: 'DDIMScheduler', rescale_betas_zero_snr: true }, 4, {}, 'needs prediction_type "v_prediction"'],
    [{ class_name: 'DDIMScheduler', clip_sample: true }, 4, {}, 'clip_sample and thresholding'],
    [{ class_name: 'PNDMScheduler', skip_prk_steps: false }, 4, {}, 'skip_prk_steps'],
    [{ class_name: 'DPMSolverMultistepScheduler', algorithm_type: 'dpmsolver' }, 4, {}, 'sigma_min'],
    [{ class_name: 'DPMSolverMultistepScheduler', algorithm_type: 'euler' }, 4, {}, 'no algorithm_type "euler"'],
    [{ class_name: 'DPMSolverMultistepScheduler' }, 1000, {}, 'too many for whole timesteps'],
    [{ class_name: 'DDIMScheduler' }, 4, { eta: 1.5 }, 'eta is 1.5'],
    [{}, 4, { churn: { amount: -1, from: 0, to: 1, noise: 1 } }, 'no negative amount'],
    [{ timestep_type: 'continuous' as const }, 4, {}, 'not SDXL'],
  ])('%j, %d steps, %j', (config, steps, options, message) => {
    expect(() => createConfiguredSampler({ ...SDXL, ...config }, steps, options)).toThrow(message);
    expect(() => createConfiguredSampler({ ...SDXL, ...config }, steps, options)).toThrow(RangeError);
  });
});

describe('a schedule of one’s own', () => {
  test('of timesteps is run as it is', () => {
    const timesteps = [999, 845, 13];
    for (const class_name of ['EulerDiscreteScheduler', 'HeunDiscreteScheduler', 'DPMSolverMultistepScheduler', 'DDPMScheduler', 'LCMScheduler', 'UniPCMultistepScheduler']) {
      const sampler = createConfiguredSampler({ ...SDXL, class_name }, 20, { timesteps });
      expect([...new Set(sampler.timesteps)]).toEqual(timesteps);
      expect(sampler.steps).toBe(3);
    }
  });

  test('of sigmas ends where the last says, and gives the UNet the timesteps that belong to them', () => {
    const sampler = createConfiguredSampler(SDXL, 20, { sigmas: [14.615, 6.315, 0.113, 0] });
    expect(sampler.timesteps).toHaveLength(3);
    expect(sampler.timesteps[0]).toBeCloseTo(999, 1);
    // As recorded from diffusers for 6.315 by the pipeline case `base.custom_sigmas`.
    expect(sampler.timesteps[1]).toBe(844.8876342773438);
    expect(sampler.sigmas?.at(-1)).toBe(0);
  });
});

describe('noise', () => {
  const draws = (name: Parameters<typeof createSampler>[0], options = {}) => {
    const sampler = createSampler(name, SDXL, 4, options);
    return sampler.timesteps.map((_, call) => sampler.noiseDraws(call));
  };

  test('is drawn as often as diffusers draws it', () => {
    expect(draws('euler')).toEqual([0, 0, 0, 0]);
    expect(draws('euler-a')).toEqual([1, 1, 1, 1]);
    expect(draws('dpmpp-2m-sde')).toEqual([1, 1, 1, 1]);
    expect(draws('ddim')).toEqual([0, 0, 0, 0]);
    expect(draws('ddim', { eta: 0.3 })).toEqual([1, 1, 1, 1]);
    expect(draws('lcm')).toEqual([1, 1, 1, 0]);
    expect(draws('tcd')).toEqual([1, 1, 1, 0]);
    expect(draws('tcd', { eta: 0 })).toEqual([0, 0, 0, 0]);
    expect(draws('dpm2-a')).toEqual([0, 1, 0, 1, 0, 1, 0]);
    expect(draws('heun')).toEqual([0, 0, 0, 0, 0, 0, 0]);
  });

  test('is added back by churn between the given levels only', () => {
    // Levels 4.1, 1.6, 0.7, 0.04.
    expect(draws('euler', { churn: { amount: 1, from: 0.5, to: 2, noise: 1 } })).toEqual([0, 1, 1, 0]);
    expect(draws('euler', { churn: { amount: 0, from: 0, to: Infinity, noise: 1 } })).toEqual([0, 0, 0, 0]);
  });
});

test('a named sampler keeps the checkpoint’s noise schedule and leaves its solver settings', () => {
  const checkpoint = { ...SDXL, timestep_spacing: 'trailing' as const, prediction_type: 'v_prediction' as const, use_karras_sigmas: true, solver_order: 3 };
  const sampler = createSampler('euler', checkpoint, 4);
  expect(sampler.timesteps).toEqual([999, 749, 499, 249]);
  expect(createSampler('dpmpp-2m-karras', checkpoint, 4).timesteps).toEqual([999, 687, 146, 0]);
});
