import { readFile, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { modelFolders } from '../../../gpu-worker/models/model-folders.ts';
import { openSdxl } from '../../../gpu-worker/sdxl/pipeline/open-sdxl.ts';
import { CATALOGUE } from '../../../gpu-worker/weights/catalogue.ts';
import { openWorld } from './pull-world.ts';
import { LICENCE_TEXT, LARGE_BYTES, demoRepos } from './small-model.ts';

const BASE = 'stabilityai/stable-diffusion-xl-base-1.0';

describe('a pull', () => {
  it('fetches the files of the catalogue and no other, and the worker finds the model', async () => {
    const { pull, modelsDir } = await openWorld('sdxl', await demoRepos('sdxl'));
    await pull();

    const wanted = CATALOGUE[0]?.sources.flatMap(({ folder, files }) => files.map((file) => join('sdxl', folder, file))) ?? [];
    const there = (await readdir(modelsDir, { recursive: true, withFileTypes: true })).filter((each) => each.isFile());
    const names = there.map((each) => join(each.parentPath, each.name).slice(modelsDir.length + 1));
    expect(names.toSorted()).toEqual([...wanted, 'sdxl/manifest.json'].toSorted());

    const sdxl = await openSdxl({ ...modelFolders('sdxl', modelsDir), provider: 'cpu', host: 'inline' });
    expect(sdxl.refiner?.checkpoint.family).toBe('refiner');
    await sdxl.close();
  });

  it('can fetch every entry of the catalogue', async () => {
    for (const { id, sources } of CATALOGUE) {
      const world = await openWorld(id);
      await world.pull();
      expect(world.said.results).toContain(`${id} is complete: ${sources.flatMap(({ files }) => files).length} files`);
    }
  });

  it('fetches no file twice: neither what is there nor what another folder has with the same content', async () => {
    const { pull, hub, modelsDir } = await openWorld();
    await pull();
    const encoder = 'text_encoder_2/model.fp16.safetensors';
    const bytes = hub.repos.get(BASE)?.get(encoder)?.length;
    expect(hub.bytesOf(/text_encoder_2\/model/)).toBe(bytes);
    expect((await readFile(join(modelsDir, 'sdxl/refiner', encoder))).equals(hub.repos.get(BASE)?.get(encoder) ?? Buffer.alloc(0))).toBe(true);

    const before = hub.bytesOf(/safetensors/);
    await pull();
    expect(hub.bytesOf(/safetensors/)).toBe(before);
  });

  it('takes over files that lie there already, and replaces those that are not what the hub lists', async () => {
    const { pull, hub, modelsDir, said } = await openWorld();
    await pull();
    await writeFile(join(modelsDir, 'sdxl/manifest.json'), '{ damaged');
    await writeFile(join(modelsDir, 'sdxl/base/unet/config.json'), 'something else');
    hub.seen.length = 0;
    await pull();
    expect(hub.bytesOf(/safetensors/)).toBe(0);
    expect(said.notices).toContain('base/unet/config.json is not what the hub lists\n');
    expect(await readFile(join(modelsDir, 'sdxl/base/unet/config.json'), 'utf8')).toBe('{"of":"unet/config.json"}\n');
  });

  it('fetches what has changed when the branch has moved on, and only that', async () => {
    const { pull, hub, modelsDir } = await openWorld();
    await pull();
    // Of the same length, so that the size tells nothing.
    hub.repos.get(BASE)?.set('unet/config.json', Buffer.from('{"OF":"unet/config.json"}\n'));
    hub.seen.length = 0;
    await pull();
    expect(await readFile(join(modelsDir, 'sdxl/base/unet/config.json'), 'utf8')).toContain('OF');
    expect(hub.seen.filter(({ path }) => path.includes('resolve') && !/LICENSE|README/.test(path)).map(({ path }) => path)).toEqual(
      ['/', '/cached/'].map((prefix) => `${prefix}${BASE}/resolve/${hub.commitOf(BASE)}/unet/config.json`),
    );
  });

  it('does not take an old file for the new one when it could not fetch that at once', async () => {
    const { pull, hub, modelsDir } = await openWorld('lcm-lora-sdxl');
    const [repo, weights] = ['latent-consistency/lcm-lora-sdxl', 'pytorch_lora_weights.safetensors'];
    await pull();
    const changed = Buffer.from((hub.repos.get(repo)?.get(weights) ?? Buffer.alloc(0)).toReversed());
    hub.repos.get(repo)?.set(weights, changed);
    hub.faults = [{ path: /cdn/, kind: 'status', status: 500, times: 99 }];
    await expect(pull()).rejects.toThrow('has trouble (500)');
    hub.faults = [];
    await pull();
    expect(changed.equals(await readFile(join(modelsDir, 'lcm-lora-sdxl/lora', weights)))).toBe(true);
  });

  it('reads what is there with --check, and fetches again what rotted', async () => {
    const { pull, hub, modelsDir } = await openWorld('lcm-lora-sdxl');
    await pull();
    const file = join(modelsDir, 'lcm-lora-sdxl/lora/pytorch_lora_weights.safetensors');
    const right = await readFile(file);
    await writeFile(file, Buffer.from(right).fill(0, 1000, 1001));
    await pull();
    expect(right.equals(await readFile(file))).toBe(false);
    await pull({ rehash: true });
    expect(right.equals(await readFile(file))).toBe(true);
    expect(hub.bytesOf(/safetensors/)).toBe(2 * right.length);
  });

  it('takes the revision that it is told, and says when there is none', async () => {
    const { pull, hub } = await openWorld();
    await pull({ revisions: new Map([['base', hub.commitOf(BASE)]]) });
    expect(hub.seen.map(({ path }) => path)).toContain(`/api/models/${BASE}/revision/${hub.commitOf(BASE)}`);
    await expect(pull({ revisions: new Map([['base', 'v9']]) })).rejects.toThrow(`There is no revision v9 in ${BASE} at ${hub.endpoint} (404): is --revision right, and HF_ENDPOINT?`);
  });

  it('says how much room is needed and how much there is before it fetches a file', async () => {
    const { pull, hub, modelsDir } = await openWorld();
    await expect(pull({ free: 1000 })).rejects.toThrow(/Not enough room in .*: 6\d\d kB are needed \(6\d{5} bytes\), 1\.0 kB are free \(1000 bytes\)\. Make room, or set MODELS_DIR/);
    expect(hub.bytesOf(/safetensors/)).toBe(0);
    expect(await readdir(modelsDir)).toEqual([]);
  });

  it('needs only the room that is missing', async () => {
    const { pull, hub } = await openWorld();
    hub.faults = [
      { path: /cdn.*refiner.*unet/, kind: 'cut', after: 200_000, times: 1 },
      { path: /cdn.*refiner.*unet/, kind: 'status', status: 500, times: 99 },
    ];
    await expect(pull({ free: 700_000 })).rejects.toThrow('what has been downloaded is kept');
    hub.faults = [];
    await pull({ free: LARGE_BYTES });
  });
});

describe('the licence', () => {
  it('is shown with its title, its address and what it forbids, and nothing is fetched before it is accepted', async () => {
    const { pull, hub, said, modelsDir } = await openWorld();
    await expect(pull({ licenceAccepted: false })).rejects.toThrow('run the same command with --accept-licence');
    expect(said.notices).toContain('Licence of base and refiner: Copyright (c) 2023 Stability AI CreativeML Open RAIL++-M License dated July 26, 2023');
    expect(said.notices).toContain(`${hub.endpoint}/${BASE}/blob/${hub.commitOf(BASE)}/LICENSE.md`);
    expect(said.notices).toContain('  - For the purpose of exploiting, harming or attempting to exploit or harm minors in any way\n');
    expect(said.notices).toContain('  - To provide medical advice and medical results interpretation\n');
    expect(said.notices).toContain('Licence of vae: license: mit');
    expect(hub.bytesOf(/safetensors/)).toBe(0);
    expect(await readdir(modelsDir)).toEqual([]);
  });

  it('is asked for on a terminal, where only a yes is one', async () => {
    const { pull, said } = await openWorld('lcm-lora-sdxl');
    for (const answer of ['', 'n', 'ok', 'yesterday']) {
      await expect(pull({ licenceAccepted: false, answer })).rejects.toThrow('Nothing has been downloaded');
    }
    expect(said.notices).toContain('Do you accept this licence? [y/N] ');
    await pull({ licenceAccepted: false, answer: 'Yes' });
    expect(said.results).toContain('lcm-lora-sdxl is complete');
  });

  it('is accepted once, and again when its words have changed', async () => {
    const { pull, hub, said, modelsDir } = await openWorld();
    await pull();
    said.notices = '';
    await pull({ licenceAccepted: false });
    expect(said.notices).not.toContain('Licence');
    hub.repos.get(BASE)?.set('LICENSE.md', Buffer.from(`${LICENCE_TEXT}; To paint cats`));
    await expect(pull({ licenceAccepted: false })).rejects.toThrow('--accept-licence');
    expect(said.notices).toContain('Licence of base: ');
    expect(said.notices).not.toContain('and refiner');
    expect(await readFile(join(modelsDir, 'sdxl/base/LICENSE.md'), 'utf8')).toBe(LICENCE_TEXT);
  });

  it('is written down with the moment it was accepted, and stays beside the weights', async () => {
    const { pull, modelsDir } = await openWorld();
    await pull();
    expect(JSON.parse(await readFile(join(modelsDir, 'sdxl/manifest.json'), 'utf8'))).toMatchObject({
      licences: [
        { name: 'CreativeML Open RAIL++-M', acceptedAt: expect.stringMatching(/^20\d\d-/) },
        { name: 'MIT', acceptedAt: expect.stringMatching(/^20\d\d-/) },
      ],
    });
    expect((await stat(join(modelsDir, 'sdxl/base/LICENSE.md'))).size).toBe(Buffer.byteLength(LICENCE_TEXT));
  });
});
