import { cp, mkdir, mkdtemp, rm, truncate, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findModels, modelIdOf } from '../../../gpu-worker/models/find-models.ts';
import { type LoadedModel, loadModel } from '../../../gpu-worker/models/loaded-model.ts';
import { type LoadModel, ModelShelf, type ShelfEvent } from '../../../gpu-worker/models/model-shelf.ts';
import { BadWeights } from '../../../gpu-worker/sdxl/safetensors/bad-weights.ts';

const DEMO_FOLDER = 'gpu-worker/demo-model';
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'refinery-shelf-'));
  // A pair, a folder in diffusers' own layout, and one whose UNet was cut short.
  for (const part of ['base', 'refiner']) await cp(join(DEMO_FOLDER, part), join(folder, 'sdxl', part), { recursive: true });
  await cp(join(DEMO_FOLDER, 'base'), join(folder, 'Dreamy Drawings (v2)'), { recursive: true });
  await cp(join(DEMO_FOLDER, 'base'), join(folder, 'broken', 'base'), { recursive: true });
  await truncate(unetOf('broken'), 3_000_000);
  await mkdir(join(folder, 'empty'));
  await writeFile(join(folder, 'Dreamy Drawings (v2)', 'model.json'), JSON.stringify({ title: 'Dreamy', steps: 6, sampler: 'lcm' }));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const unetOf = (model: string) => join(folder, model, 'base/unet/diffusion_pytorch_model.fp16.safetensors');

/** Opening takes seconds: which is open when is looked at without. */
const lightly: LoadModel = async ({ model }) => ({ model, hasRefiner: true, use: (run) => run({ model: model.id } as never), close: async () => undefined });

async function openShelf(keptBytes: number, load = lightly) {
  const events: ShelfEvent[] = [];
  const shelf = new ModelShelf({ keptBytes, load, report: (event) => events.push(event) });
  await shelf.stock(await findModels(folder));
  return { shelf, events, names: () => events.map(({ name, model }) => `${name} ${model}`) };
}

const there = (model: LoadedModel | undefined): LoadedModel => {
  if (!model) throw new Error('it should be on the shelf');
  return model;
};

describe('the models of a folder', () => {
  it('are found in every layout, with what their owner says of them, and the refiner of SDXL where they have none', async () => {
    const { shelf } = await openShelf(1e9);
    expect(shelf.offered()).toMatchObject([
      { id: 'dreamy-drawings-v2', title: 'Dreamy', steps: 6, sampler: 'lcm', hasRefiner: true, licence: 'open-rail-pp-m' },
      { id: 'sdxl', title: 'SDXL 1.0', steps: 30, hasRefiner: true },
    ]);
    await shelf.close();
  });

  it('have ids that a job can carry', () => {
    expect(modelIdOf('DreamShaper XL (v2.1)')).toBe('dreamshaper-xl-v2.1');
    expect(modelIdOf('__é')).toBe('');
  });

  it('are offered without the one that is broken, which is named with the tensor at fault', async () => {
    const { shelf, events } = await openShelf(1e9);
    expect(events).toMatchObject([{ name: 'model:check:failed', model: 'broken' }]);
    expect(events[0]?.error).toBeInstanceOf(BadWeights);
    expect(String(events[0]?.error)).toMatch(/broken\/base\/unet.*tensor "[^"]+"/);
    await expect(there(shelf.find('broken')).use(async () => undefined)).rejects.toThrow(BadWeights);
    await shelf.close();
  });

  it('are offered again once they are mended', async () => {
    const { shelf } = await openShelf(1e9);
    await cp(join(DEMO_FOLDER, 'base/unet'), join(folder, 'broken/base/unet'), { recursive: true });
    await shelf.stock(await findModels(folder));
    expect(shelf.offered().map(({ id }) => id)).toContain('broken');
    await truncate(unetOf('broken'), 3_000_000);
    await utimes(unetOf('broken'), 1, 1);
    await shelf.close();
  });

  it('are broken by a description that does not fit, which says what', async () => {
    await cp(join(DEMO_FOLDER, 'base'), join(folder, 'odd', 'base'), { recursive: true });
    await writeFile(join(folder, 'odd', 'model.json'), '{"steps": 5000}');
    const { shelf, events } = await openShelf(1e9);
    expect(String(events.find(({ model }) => model === 'odd')?.error)).toMatch(/odd\/model.json: steps does not fit/);
    await rm(join(folder, 'odd'), { recursive: true });
    await shelf.close();
  });
});

describe('open models', () => {
  it('that lay in a folder of diffusers’ own layout are those', async () => {
    const { shelf } = await openShelf(1e9, ({ model, folders }) => loadModel(model, folders, { provider: 'cpu' }));
    expect(await there(shelf.find('dreamy-drawings-v2')).use(async ({ base, refiner }) => [base.checkpoint.family, refiner?.checkpoint.family])).toEqual(['base', 'refiner']);
    await shelf.close();
  });

  it('stay open while they fit, and the one used longest ago makes room', async () => {
    const { shelf, names } = await openShelf(1);
    const use = (id: string) => there(shelf.find(id)).use(async () => id);
    for (const id of ['sdxl', 'sdxl', 'dreamy-drawings-v2']) expect(await use(id)).toBe(id);
    expect(names().filter((name) => !name.includes('check'))).toEqual(['model:open:ok sdxl', 'model:close:ok sdxl', 'model:open:ok dreamy-drawings-v2']);
    await shelf.close();
  });

  it('are not closed while they are used: the other waits, or gives up when told to', async () => {
    const { shelf, names } = await openShelf(1);
    const done = gate();
    const first = there(shelf.find('sdxl')).use(() => done.opened);
    await expect.poll(names, { timeout: 30_000 }).toContain('model:open:ok sdxl');
    const giving = new AbortController();
    const impatient = there(shelf.find('dreamy-drawings-v2')).use(async () => 'painted', giving.signal);
    giving.abort(new Error('cancelled'));
    await expect(impatient).rejects.toThrow('cancelled');
    const patient = there(shelf.find('dreamy-drawings-v2')).use(async () => 'painted');
    done.open();
    expect(await patient).toBe('painted');
    await first;
    await shelf.close();
  });
});

function gate() {
  let open = () => {};
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { open: () => open(), opened };
}
