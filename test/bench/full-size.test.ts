import { readFileSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readSafetensors } from '../../gpu-worker/sdxl/safetensors/read-safetensors.ts';
import { parameterCount } from './full-size-checkpoint.ts';
import type { CheckpointShape, NetworkShape } from './full-size-checkpoint.ts';
import { benchFullSize, officialShapes } from './full-size.ts';

const DEMO = path.resolve(import.meta.dirname, '../../gpu-worker/demo-model');
let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'refinery-'));
});
afterEach(() => rm(dir, { recursive: true }));

describe('the full-size bench, with the demo model in the place of SDXL', () => {
  it('opens both models, runs a guided step of each and a decode, and leaves no file behind', async () => {
    const shapes = { base: await demoShapes('base'), refiner: await demoShapes('refiner') };
    const lines: string[] = [];
    await benchFullSize({ dir, edge: 64, shapes, print: (text) => lines.push(text) });
    const text = lines.join('\n');
    expect(text.match(/sessions created/g)).toHaveLength(2);
    expect(text.match(/one guided step/g)).toHaveLength(2);
    expect(text.match(/decoded in/g)).not.toBeNull();
    expect(await readdir(dir)).toEqual([]);
  });

  it('removes its files when it is stopped', async () => {
    const shapes = { base: await demoShapes('base') };
    const stop = new AbortController();
    const print = (text: string) => {
      if (text.includes('written in')) stop.abort(new Error('stopped'));
    };
    await expect(benchFullSize({ dir, edge: 64, shapes, print, signal: stop.signal })).rejects.toThrow('stopped');
    expect(await readdir(dir)).toEqual([]);
  });

  it('writes nothing when the disk is too small', async () => {
    const vast: NetworkShape = { config: {}, shapes: { weight: [1e6, 1e9] } };
    const shapes = { base: { modelIndex: {}, networks: { unet: vast } } };
    await expect(benchFullSize({ dir, edge: 64, shapes, print: () => {} })).rejects.toThrow(/name a larger disk by --dir/);
    expect(await readdir(dir)).toEqual([]);
  });

  it('has the official parameter counts', () => {
    const { base, refiner } = officialShapes();
    const counts = [base, refiner].map((model) => parameterCount(model?.networks['unet'] ?? { config: {}, shapes: {} }));
    expect(counts).toEqual([2_567_463_684, 2_259_526_660]);
  });
});

/** The shapes that the demo model's files have. */
async function demoShapes(model: string): Promise<CheckpointShape> {
  const networks: Record<string, NetworkShape> = {};
  for (const name of ['unet', 'vae', 'text_encoder', 'text_encoder_2']) {
    const folder = path.join(DEMO, model, name);
    const files = await readdir(folder).catch(() => []);
    const weights = files.find((file) => file.endsWith('.safetensors'));
    if (weights === undefined) continue;
    const { tensors } = await readSafetensors(path.join(folder, weights));
    networks[name] = {
      config: JSON.parse(readFileSync(path.join(folder, 'config.json'), 'utf8')),
      shapes: Object.fromEntries([...tensors].map(([key, { dims }]) => [key, dims])),
    };
  }
  return { modelIndex: JSON.parse(readFileSync(path.join(DEMO, model, 'model_index.json'), 'utf8')), networks };
}
