import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildGraph } from '../../../../gpu-worker/sdxl/networks/build-graph.ts';
import { CPU_FORM } from '../../../../gpu-worker/sdxl/networks/graph-form.ts';
import { InlineHost } from '../../../../gpu-worker/sdxl/session/inline-host.ts';
import type { Tensor } from '../../../../gpu-worker/sdxl/tensor.ts';
import { tensor } from '../../../../gpu-worker/sdxl/tensor.ts';
import { readNetwork } from '../../../../gpu-worker/upscaling/networks/read-network.ts';
import type { UpscalingNetwork } from '../../../../gpu-worker/upscaling/networks/upscaling-network.ts';
import { tempFolder, writeSafetensors } from '../../sdxl/safetensors/write-safetensors.ts';
import { plainCompact, plainRrdb } from './plain-networks.ts';
import { numbers, smallCompact, smallRrdb } from './small-networks.ts';

const SHAPE = { features: 4, growth: 2, blocks: 2, inChannels: 3 };
const RRDB = smallRrdb(SHAPE);
const PICTURE = numbers('picture', [1, 3, 6, 5], 1);
/** Float32 sums in another order. */
const DIGITS = 4;

const host = new InlineHost();
let folder: string;
beforeAll(async () => void (folder = await tempFolder()));
afterAll(async () => {
  await host.close();
  await rm(folder, { recursive: true });
});

let files = 0;
async function write(tensors: Readonly<Record<string, Tensor>>): Promise<string> {
  const file = join(folder, `${files++}.safetensors`);
  await writeSafetensors(file, tensors);
  return file;
}

async function run(network: UpscalingNetwork, picture = PICTURE): Promise<Tensor> {
  const session = await host.open({ name: 'small', ...buildGraph('small', CPU_FORM, network.weights, (layers) => network.build(layers)) });
  const { enlarged } = await session.run({ picture }, ['enlarged']);
  await session.close();
  return enlarged ?? expect.fail('no output');
}

function expectSame(found: Tensor, wanted: Tensor): void {
  expect(found.dims).toEqual(wanted.dims);
  found.data.forEach((value, i) => expect(value).toBeCloseTo(wanted.data[i] ?? Number.NaN, DIGITS));
}

function renamed(tensors: Readonly<Record<string, Tensor>>, rename: (name: string) => string): Record<string, Tensor> {
  return Object.fromEntries(Object.entries(tensors).map(([name, value]) => [rename(name), value]));
}

/** The names of 2019. */
const trunkName = (name: string) =>
  name
    .replace(/^body\.(\d+)\.rdb/, 'RRDB_trunk.$1.RDB')
    .replace('conv_body', 'trunk_conv')
    .replace(/^conv_up/, 'upconv')
    .replace('conv_hr', 'HRconv');

/** The names of 2018. */
const numberedName = (name: string) =>
  name
    .replace('conv_first', 'model.0')
    .replace(/^body\.(\d+)\.rdb(\d)\.(conv\d)/, 'model.1.sub.$1.RDB$2.$3.0')
    .replace('conv_body', `model.1.sub.${SHAPE.blocks}`)
    .replace('conv_up1', 'model.3')
    .replace('conv_up2', 'model.6')
    .replace('conv_hr', 'model.8')
    .replace('conv_last', 'model.10');

describe('an RRDB network', () => {
  it.each(Object.entries<(name: string) => string>({
    'Real-ESRGAN': (name) => name,
    'a training run, averaged': (name) => `params_ema.${name}`,
    'BasicSR of 2019': trunkName,
    'ESRGAN of 2018': numberedName,
  }))('under the names of %s is what its paper says', async (_, rename) => {
    const network = await readNetwork(await write(renamed(RRDB, rename)));
    expect(network).toMatchObject({ scale: 4, unshuffle: 1, overlap: 16 });
    expectSame(await run(network), plainRrdb(PICTURE, RRDB, SHAPE.blocks));
  });

  it('of scale 2 takes blocks of pixels as channels', async () => {
    const tensors = smallRrdb({ ...SHAPE, inChannels: 12 });
    const network = await readNetwork(await write(tensors));
    expect(network).toMatchObject({ scale: 2, unshuffle: 2, overlap: 32 });
    const picture = numbers('picture', [1, 12, 4, 3], 1);
    expectSame(await run(network, picture), plainRrdb(picture, tensors, SHAPE.blocks));
  });

  it('says which tensor is missing', async () => {
    const { 'body.1.rdb2.conv3.weight': _, ...cut } = RRDB;
    const network = await readNetwork(await write(cut));
    await expect(run(network)).rejects.toThrow('tensor "body.1.rdb2.conv3.weight" is missing');
  });

  it('says so under its own name for it', async () => {
    const network = await readNetwork(await write(renamed(Object.fromEntries(Object.entries(RRDB).filter(([name]) => !name.startsWith('conv_up2'))), trunkName)));
    expect(network.scale).toBe(2);
    const { 'conv_hr.bias': __, ...withoutBias } = RRDB;
    await expect(run(await readNetwork(await write(renamed(withoutBias, trunkName))))).rejects.toThrow('tensor "HRconv.bias" is missing');
  });

  it('says which tensor has another shape', async () => {
    const wrong = { ...RRDB, 'body.0.rdb3.conv2.bias': tensor([3]) };
    await expect(run(await readNetwork(await write(wrong)))).rejects.toThrow(/tensor "body\.0\.rdb3\.conv2\.bias" has shape \[3\].*\[2\]/);
  });
});

describe('a compact network', () => {
  it.each([2, 4])('of scale %i is what its authors wrote', async (scale) => {
    const tensors = smallCompact(4, 3, scale);
    const network = await readNetwork(await write(renamed(tensors, (name) => `params.${name}`)));
    expect(network).toMatchObject({ scale, unshuffle: 1, overlap: 5 });
    expectSame(await run(network), plainCompact(PICTURE, tensors, 3, scale));
  });

  it('of a scale that nothing enlarges by is refused, by the tensor that says so', async () => {
    await expect(readNetwork(await write(smallCompact(4, 2, 3)))).rejects.toThrow('tensor "body.6.weight" makes 27 channels');
  });
});

describe('a file that is no upscaler', () => {
  it('is refused with its first tensor and what would do', async () => {
    await expect(readNetwork(await write({ 'model.diffusion_model.time_embed.0.weight': tensor([2]) }))).rejects.toThrow(
      /tensor "model\.diffusion_model\.time_embed\.0\.weight" belongs to no upscaler that is known here; known are ESRGAN/,
    );
  });
});
