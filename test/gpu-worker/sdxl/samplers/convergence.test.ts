import { describe, expect, test } from 'vitest';
import { createConfiguredSampler } from '../../../../gpu-worker/sdxl/samplers/create-sampler.ts';
import type { SchedulerConfig } from '../../../../gpu-worker/sdxl/schedule/scheduler-config.ts';
import { SDXL, expectedNoise, spreadAt } from './gaussian-world.ts';

const MULTISTEP = { class_name: 'DPMSolverMultistepScheduler' };
const SINGLESTEP = { class_name: 'DPMSolverSinglestepScheduler' };
const UNIPC = { class_name: 'UniPCMultistepScheduler' };
const NOISE_FORM = { algorithm_type: 'dpmsolver', final_sigmas_type: 'sigma_min' } as const;

/**
 * How far a run strays from the exact solution of the probability-flow ODE, which for Gaussian pictures only scales x
 * with its standard deviation. Judged at the beginning of every step down to timestep 150: below, the last steps' jump
 * to 0 says more about the spacing than about the solver.
 */
function strays(config: SchedulerConfig, steps: number): number {
  const sampler = createConfiguredSampler({ ...SDXL, timestep_spacing: 'trailing', ...config }, steps);
  let x = Float32Array.of(sampler.initNoiseSigma);
  let scale: number | undefined;
  let worst = 0;
  for (const [call, t] of sampler.timesteps.entries()) {
    const input = sampler.scaleModelInput(x, call);
    const [value = NaN] = input;
    scale ??= value / spreadAt(t);
    if (call % sampler.order === 0 && t >= 150) worst = Math.max(worst, Math.abs(value - scale * spreadAt(t)));
    x = Float32Array.from(sampler.step(expectedNoise(input, t), call, x).next);
  }
  return worst;
}

// The order of a solver is how many bits halving the step gains. Multistep solvers begin with a first-order step, which
// keeps third-order ones between 2 and 3 here. `error` is the bound at 40 steps, about 1.2 times what was measured.
describe('twice the steps bring the solution nearer by the order of the solver', () => {
  test.each<[string, SchedulerConfig, { order: number; error: number }]>([
    ['Euler', { class_name: 'EulerDiscreteScheduler' }, { order: 0.8, error: 9e-3 }],
    ['DDIM', { class_name: 'DDIMScheduler' }, { order: 0.8, error: 9e-3 }],
    ['Heun', { class_name: 'HeunDiscreteScheduler' }, { order: 1.85, error: 6e-4 }],
    ['Heun Karras', { class_name: 'HeunDiscreteScheduler', use_karras_sigmas: true }, { order: 1.85, error: 1.2e-3 }],
    ['DPM2', { class_name: 'KDPM2DiscreteScheduler' }, { order: 1.75, error: 2e-4 }],
    ['PLMS', { class_name: 'PNDMScheduler', skip_prk_steps: true }, { order: 1.3, error: 8e-5 }],
    ['DPM++ 2M', MULTISTEP, { order: 1.9, error: 3.5e-4 }],
    ['DPM++ 2M, Heun', { ...MULTISTEP, solver_type: 'heun' }, { order: 1.9, error: 2.7e-4 }],
    ['DPM++ 3M', { ...MULTISTEP, solver_order: 3 }, { order: 2.1, error: 7e-5 }],
    ['DPM-Solver 2M', { ...MULTISTEP, ...NOISE_FORM }, { order: 1.8, error: 7e-4 }],
    ['DPM-Solver 2M, Heun', { ...MULTISTEP, ...NOISE_FORM, solver_type: 'heun' }, { order: 1.75, error: 8e-4 }],
    ['DPM-Solver 3M', { ...MULTISTEP, ...NOISE_FORM, solver_order: 3 }, { order: 2.1, error: 2e-4 }],
    ['DPM++ 2S', SINGLESTEP, { order: 1.9, error: 1.8e-3 }],
    ['DPM++ 2S, Heun', { ...SINGLESTEP, solver_type: 'heun' }, { order: 1.9, error: 1.4e-3 }],
    ['DPM++ 3S', { ...SINGLESTEP, solver_order: 3 }, { order: 1.45, error: 1.3e-3 }],
    ['DPM++ 3S, Heun', { ...SINGLESTEP, solver_order: 3, solver_type: 'heun' }, { order: 1.4, error: 1.3e-3 }],
    ['DPM-Solver 3S', { ...SINGLESTEP, ...NOISE_FORM, solver_order: 3 }, { order: 1.4, error: 1.4e-3 }],
    ['UniPC', UNIPC, { order: 2.8, error: 2.5e-5 }],
    ['UniPC, B₁', { ...UNIPC, solver_type: 'bh1' }, { order: 1.7, error: 7.5e-5 }],
    ['UniPC of order 3', { ...UNIPC, solver_order: 3 }, { order: 2.6, error: 1.9e-5 }],
    ['UniPC of order 3 on noise', { ...UNIPC, solver_order: 3, predict_x0: false, final_sigmas_type: 'sigma_min' }, { order: 2.6, error: 1.9e-5 }],
    ['DEIS', { class_name: 'DEISMultistepScheduler' }, { order: 1.75, error: 8e-4 }],
    ['DEIS of order 3', { class_name: 'DEISMultistepScheduler', solver_order: 3 }, { order: 2.6, error: 8e-5 }],
  ])('%s', (_, config, { order, error }) => {
    const at40 = strays(config, 40);
    expect(at40).toBeLessThan(error);
    expect(Math.log2(strays(config, 20) / at40)).toBeGreaterThan(order);
  });
});
