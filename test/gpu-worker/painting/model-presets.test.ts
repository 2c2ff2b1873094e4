import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { type Model, MODELS, SDXL_LCM, SDXL_LIGHTNING, SDXL_TURBO } from '../../../core/model.ts';
import { GUIDANCE, STEPS } from '../../../core/limits.ts';
import { modelFolders } from '../../../gpu-worker/models/model-folders.ts';
import { withModelSampler } from '../../../gpu-worker/painting/with-model-sampler.ts';
import { chooseSampler } from '../../../gpu-worker/sdxl/pipeline/choose-sampler.ts';
import { openSdxl } from '../../../gpu-worker/sdxl/pipeline/open-sdxl.ts';
import type { Sdxl } from '../../../gpu-worker/sdxl/pipeline/sdxl.ts';
import { paintBase } from '../../../gpu-worker/sdxl/pipeline/text-to-image.ts';

let demo: Sdxl;
beforeAll(async () => {
  demo = await openSdxl({ ...modelFolders('demo', undefined), provider: 'cpu', host: 'inline' });
});
afterAll(() => demo.close());

function samplerOf(model: Model) {
  const { base } = withModelSampler(demo, model);
  return { name: base.checkpoint.schedulerConfig['_class_name'], timesteps: chooseSampler(base, model.steps).timesteps };
}

describe('the settings of a model', () => {
  test.each(MODELS)('$id: within what a job may ask for, with a sampler that the engine has', (model) => {
    expect(model.steps).toBeGreaterThanOrEqual(STEPS.min);
    expect(model.guidanceScale).toBeGreaterThanOrEqual(GUIDANCE.min);
    expect(samplerOf(model).timesteps.length).toBeGreaterThan(0);
    expect(MODELS.filter(({ id }) => id === model.id)).toHaveLength(1);
  });

  test('of distilled checkpoints give the timesteps that they were made for', () => {
    expect(samplerOf(SDXL_TURBO)).toEqual({ name: 'EulerAncestralDiscreteScheduler', timesteps: [999, 749, 499, 249] });
    expect(SDXL_LIGHTNING.map(samplerOf)).toEqual([
      { name: 'EulerDiscreteScheduler', timesteps: [999, 499] },
      { name: 'EulerDiscreteScheduler', timesteps: [999, 749, 499, 249] },
      { name: 'EulerDiscreteScheduler', timesteps: [999, 874, 749, 624, 499, 374, 249, 124] },
    ]);
    expect(samplerOf(SDXL_LCM)).toEqual({ name: 'LCMScheduler', timesteps: [999, 759, 499, 259] });
  });

  test('leave the checkpoint as it is when they name no sampler', () => {
    expect(withModelSampler(demo, { id: 'plain' })).toBe(demo);
    expect(() => withModelSampler(demo, { id: 'odd', sampler: 'colours' })).toThrow(/model odd names the sampler colours: use one of euler, /);
  });

  it('reach the painting', async () => {
    const request = { prompt: 'a house', negativePrompt: null, width: 64, height: 64, steps: 2, guidanceScale: 1, seeds: [1] };
    const own = await paintBase(demo, request);
    const turbo = await paintBase(withModelSampler(demo, SDXL_TURBO), request);
    expect(turbo.dims).toEqual(own.dims);
    expect(turbo.data).not.toEqual(own.data);
  });
});

describe('the folders of a model', () => {
  it('may be single files, and a VAE of its own', async () => {
    const models = await mkdtemp(join(tmpdir(), 'refinery-models-'));
    try {
      const put = (...path: string[]) => writeFile(join(models, ...path), '');
      await mkdir(join(models, 'folders', 'base'), { recursive: true });
      await mkdir(join(models, 'folders', 'vae'));
      await put('folders', 'refiner.safetensors');
      const folders = join(models, 'folders');
      expect(modelFolders('folders', models)).toEqual({
        base: join(folders, 'base'),
        refiner: join(folders, 'refiner.safetensors'),
        vae: join(folders, 'vae'),
        tokenizerFolder: join(folders, 'base'),
      });
      await mkdir(join(models, 'files'));
      await put('files', 'base.safetensors');
      await put('files', 'vae.safetensors');
      expect(modelFolders('files', models)).toEqual({ base: join(models, 'files', 'base.safetensors'), vae: join(models, 'files', 'vae.safetensors') });
      expect(modelFolders('none', models)).toEqual({ base: join(models, 'none', 'base'), tokenizerFolder: join(models, 'none', 'base') });
    } finally {
      await rm(models, { recursive: true });
    }
  });
});
