import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { readTopic } from '../../../../gpu-worker/sdxl/conformance/reference-folder.ts';
import { parseSchedulerConfig } from '../../../../gpu-worker/sdxl/schedule/scheduler-config.ts';
import { trainingSchedule, trainingScheduleInSigmas } from '../../../../gpu-worker/sdxl/schedule/training-schedule.ts';

const topic = await readTopic(fileURLToPath(new URL('../../../reference', import.meta.url)), 'schedulers');
if (!topic) throw new Error('test/reference has no topic "schedulers"');
const sdxl = parseSchedulerConfig(topic.json['sdxl_scheduler_config']);
const zeroSnr = { ...sdxl, rescale_betas_zero_snr: true };

describe("SDXL's noise schedule", () => {
  test.each([
    ['sdxl', sdxl],
    ['zero_snr', zeroSnr],
  ] as const)('is torch’s to the last bit: %s', (name, config) => {
    const { betas, alphasCumprod } = trainingSchedule(config);
    expect(betas).toEqual(topic.tensor(`table.${name}.betas`).data);
    expect(alphasCumprod).toEqual(topic.tensor(`table.${name}.alphas_cumprod`).data);
  });

  test('ends in pure noise when rescaled to zero SNR, or just above it where sigmas are wanted', () => {
    expect(trainingSchedule(zeroSnr).alphasCumprod[999]).toBe(0);
    expect(trainingScheduleInSigmas(zeroSnr).sigmas[999]).toBeCloseTo(4096, 0);
    expect(trainingScheduleInSigmas(sdxl)).toEqual(trainingSchedule(sdxl));
  });

  test('takes betas as trained, linear ones and cosine ones too', () => {
    expect([...trainingSchedule({ trained_betas: [0.5, 0.5] }).alphasCumprod]).toEqual([0.5, 0.25]);
    expect(trainingSchedule({ beta_start: 0.25, beta_end: 0.5, num_train_timesteps: 2 }).betas).toEqual(Float32Array.of(0.25, 0.5));
    const cosine = trainingSchedule({ beta_schedule: 'squaredcos_cap_v2' }).alphasCumprod;
    // Half way of Nichol & Dhariwal's curve: cos²(0.508/1.008·π/2)/cos²(0.008/1.008·π/2).
    expect(cosine[499]).toBeCloseTo(0.4937, 3);
  });
});

describe('a scheduler config', () => {
  test('names the key that does not fit', () => {
    expect(() => parseSchedulerConfig({ prediction_type: 'flow' })).toThrow('scheduler_config.json: prediction_type');
    expect(() => parseSchedulerConfig('euler')).toThrow('the whole file');
  });

  test('keeps what it does not give out of the way of what another gives', () => {
    expect({ ...parseSchedulerConfig({ _class_name: 'DDIMScheduler' }), ...parseSchedulerConfig({}) }.class_name).toBe('DDIMScheduler');
  });
});
