import { fileURLToPath } from 'node:url';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { readTopic } from '../../../../gpu-worker/sdxl/conformance/reference-folder.ts';
import { createConfiguredSampler } from '../../../../gpu-worker/sdxl/samplers/create-sampler.ts';
import { parseSchedulerConfig } from '../../../../gpu-worker/sdxl/schedule/scheduler-config.ts';

const topic = await readTopic(fileURLToPath(new URL('../../../reference', import.meta.url)), 'schedulers');
if (!topic) throw new Error('test/reference has no topic "schedulers"');
const Schedule = v.object({
  id: v.string(),
  cls: v.string(),
  overrides: v.record(v.string(), v.unknown()),
  steps: v.number(),
  timesteps: v.array(v.number()),
  init_noise_sigma: v.number(),
  sigmas: v.optional(v.string()),
});
const schedules = topic.cases.filter((json) => v.is(Schedule, json)).map((json) => v.parse(Schedule, json));

// torch computes these through its own vectorised exp and log, an ulp off the true ones.
const BY_TORCH = /exponential|log_linear|kdpm2/;

/** Steps are compared by the conformance topic `schedulers`, within 1e-4; the schedules themselves have to be exact. */
describe('the schedules of diffusers come out to the last bit', () => {
  const exact = schedules.filter(({ id }) => !BY_TORCH.test(id));

  test.each(exact)('$id', ({ cls, overrides, steps, timesteps, sigmas, init_noise_sigma }) => {
    const config = parseSchedulerConfig({ ...sdxl(), ...overrides, _class_name: cls });
    const sampler = createConfiguredSampler(config, steps);
    expect(sampler.timesteps).toEqual(timesteps);
    expect(sampler.initNoiseSigma).toBe(init_noise_sigma);
    if (sigmas !== undefined) expect(sampler.sigmas).toEqual(topic.tensor(sigmas).data);
  });

  test('but for those that hang on torch’s logarithm, within 1e-4 of a timestep', () => {
    for (const { cls, overrides, steps, timesteps } of schedules.filter(({ id }) => BY_TORCH.test(id))) {
      const sampler = createConfiguredSampler(parseSchedulerConfig({ ...sdxl(), ...overrides, _class_name: cls }), steps);
      expect(sampler.timesteps).toHaveLength(timesteps.length);
      for (const [call, t] of timesteps.entries()) expect(Math.abs((sampler.timesteps[call] ?? NaN) - t)).toBeLessThan(1e-4);
    }
  });

  function sdxl(): object {
    return v.parse(v.looseObject({}), topic?.json['sdxl_scheduler_config']);
  }
});
