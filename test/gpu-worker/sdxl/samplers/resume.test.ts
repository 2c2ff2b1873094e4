import { describe, expect, test } from 'vitest';
import { Generator } from '../../../../gpu-worker/sdxl/noise/generator.ts';
import { createSampler } from '../../../../gpu-worker/sdxl/samplers/create-sampler.ts';
import { SAMPLERS, isSamplerName, type SamplerName } from '../../../../gpu-worker/sdxl/samplers/named-samplers.ts';
import type { Sampler } from '../../../../gpu-worker/sdxl/samplers/sampler.ts';
import { selectCalls } from '../../../../gpu-worker/sdxl/schedule/call-range.ts';
import { SDXL, expectedNoise } from './gaussian-world.ts';

/** Runs calls `from` … `to`; what it is given and what it gives back is spoilt afterwards, as callers may reuse arrays. */
function run(sampler: Sampler, generator: Generator, start: Float32Array, from: number, to: number): Float32Array {
  let x = start;
  for (let call = from; call < to; call++) {
    const output = expectedNoise(sampler.scaleModelInput(x, call), sampler.timesteps[call] ?? 0);
    const noise = sampler.noiseDraws(call) === 1 ? generator.normal(x.length) : undefined;
    const { next, denoised } = sampler.step(output, call, x, noise);
    x = next.slice();
    for (const array of [next, denoised, output, noise]) array?.fill(NaN);
  }
  return x;
}

describe('a run that is interrupted after any call ends in the same latents, bit for bit', () => {
  test.each(Object.keys(SAMPLERS).filter(isSamplerName))('%s', (name) => {
    const create = () => createSampler(name, SDXL, 7, { eta: 0.5 });
    const calls = create().timesteps.length;
    const start = new Generator(5).normal(32);
    const uninterrupted = run(create(), new Generator(6), start, 0, calls);
    expect(uninterrupted.every(Number.isFinite)).toBe(true);

    for (let stop = 1; stop < calls; stop++) {
      const [first, generator] = [create(), new Generator(6)];
      const x = run(first, generator, start, 0, stop);
      const saved = structuredClone({ sampler: first.snapshot(), generator: generator.snapshot() });
      run(first, generator, x, stop, calls);

      const [second, other] = [create(), new Generator(0)];
      second.restore(saved.sampler);
      other.restore(saved.generator);
      expect(run(second, other, x, stop, calls)).toEqual(uninterrupted);
    }
  });
});

describe('a consistent hand-over to the same model ends where an undivided run does, bit for bit', () => {
  const handOver = (name: SamplerName, halves: 'consistent' | 'overlapping') => {
    const [base, refiner, generator] = [createSampler(name, SDXL, 8), createSampler(name, SDXL, 8), new Generator(6)];
    const middle = run(base, generator, new Generator(5).normal(16), 0, selectCalls(base, { denoisingEnd: 0.7, halves }).end);
    return run(refiner, generator, middle, selectCalls(refiner, { denoisingStart: 0.7, halves }).begin, refiner.timesteps.length);
  };
  const undivided = (name: SamplerName) => {
    const sampler = createSampler(name, SDXL, 8);
    return run(sampler, new Generator(6), new Generator(5).normal(16), 0, sampler.timesteps.length);
  };

  test.each(['euler', 'euler-a', 'ddim', 'ddpm', 'heun', 'dpm2', 'dpm2-a', 'lcm', 'tcd'] as const)('%s', (name) => {
    expect(handOver(name, 'consistent')).toEqual(undivided(name));
  });

  test('which the overlapping cut of diffusers does not, for samplers of two calls a step', () => {
    expect(handOver('heun', 'overlapping')).not.toEqual(undivided('heun'));
  });

  test('nor any cut for samplers that learn from earlier steps: the refiner has none', () => {
    expect(handOver('dpmpp-2m', 'consistent')).not.toEqual(undivided('dpmpp-2m'));
  });
});

describe('a run that begins in the middle, as the refiner does', () => {
  test.each(Object.keys(SAMPLERS).filter(isSamplerName))('%s', (name) => {
    const sampler = createSampler(name, SDXL, 10);
    const begin = 6 * sampler.order;
    const noised = sampler.addNoise(new Generator(1).normal(16), new Generator(2).normal(16), begin);
    const end = run(sampler, new Generator(3), noised, begin, sampler.timesteps.length);
    expect(end.every((value) => Math.abs(value) < 3)).toBe(true);
  });
});
