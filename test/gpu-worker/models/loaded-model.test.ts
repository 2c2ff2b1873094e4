import { cp, mkdtemp, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { loadModel } from '../../../gpu-worker/models/loaded-model.ts';
import { modelFolders } from '../../../gpu-worker/models/model-folders.ts';
import { paintImagined } from '../../../gpu-worker/painting/paint-picture.ts';
import type { ImagineWork } from '../../../core/job.ts';
import { DEMO, SDXL } from '../../../core/model.ts';
import { ModelHostDied } from '../../../gpu-worker/sdxl/session/model-host-died.ts';
import { LANCZOS } from '../../../gpu-worker/upscaling/upscaler.ts';
import { imagineJob } from '../../core/example-jobs.ts';
import { modelHostPids } from '../model-hosts.ts';

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const clean of cleanups.splice(0)) await clean();
});

async function copyOfDemo(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'refinery-model-'));
  cleanups.push(() => rm(folder, { recursive: true, force: true }));
  const { base } = modelFolders('demo', undefined);
  await cp(join(base, '..'), folder, { recursive: true });
  return folder;
}

describe('a loaded model', () => {
  it('is opened anew after its host process died', async () => {
    const demo = await loadModel(DEMO, modelFolders('demo', undefined), { provider: 'cpu' });
    cleanups.push(() => demo.close());
    const work = imagineJob({ work: { steps: 4, refine: 'none' } }).work as ImagineWork;
    const paint = (onStep: () => void) =>
      demo.use((sdxl) => paintImagined({ sdxl, model: demo.model, upscaler: LANCZOS }, work, 1, { at: 'start' }, { onStep }, { handover: async (latents) => latents, passing: async () => undefined }));

    const doomed = await modelHostPids();
    expect(doomed.length).toBeGreaterThan(0);
    await expect(paint(() => doomed.forEach((pid) => process.kill(pid, 'SIGKILL')))).rejects.toThrow(ModelHostDied);
    expect((await paint(() => undefined)).width).toBe(128);
    expect(await modelHostPids()).not.toEqual(expect.arrayContaining(doomed));
  });

  it('knows when it has no refiner', async () => {
    const { base } = modelFolders('demo', undefined);
    const alone = await loadModel(DEMO, { base }, { provider: 'cpu' });
    cleanups.push(() => alone.close());
    expect(alone.hasRefiner).toBe(false);
  });

  it('is not opened from weights that are cut short: the file and the tensor are named', async () => {
    const folder = await copyOfDemo();
    const weights = join(folder, 'refiner/unet/diffusion_pytorch_model.fp16.safetensors');
    await truncate(weights, 5_000_000);
    const loading = loadModel(SDXL, { base: join(folder, 'base'), refiner: join(folder, 'refiner') }, { provider: 'cpu' });
    await expect(loading).rejects.toThrow(weights);
    expect(await modelHostPids()).toEqual([]);
  });

  it('is not opened from a folder without weights: the missing file is named', async () => {
    const folder = await copyOfDemo();
    await rm(join(folder, 'base/vae/diffusion_pytorch_model.fp16.safetensors'));
    await expect(loadModel(SDXL, { base: join(folder, 'base') }, { provider: 'cpu' })).rejects.toThrow(/base\/vae/);
  });
});
