import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BadCheckpoint } from '../../../../gpu-worker/sdxl/checkpoint/bad-checkpoint.ts';
import type { Checkpoint } from '../../../../gpu-worker/sdxl/checkpoint/checkpoint.ts';
import { openCheckpoint } from '../../../../gpu-worker/sdxl/checkpoint/open-checkpoint.ts';
import type { UNetInput } from '../../../../gpu-worker/sdxl/networks/unet.ts';
import { BadWeights } from '../../../../gpu-worker/sdxl/safetensors/bad-weights.ts';
import { readSafetensors } from '../../../../gpu-worker/sdxl/safetensors/read-safetensors.ts';
import { tensor } from '../../../../gpu-worker/sdxl/tensor.ts';
import { safetensorsBytes, tempFolder } from '../safetensors/write-safetensors.ts';
import { changeJson, copyModel, DEMO, replaceFile } from './copy-model.ts';

const UNET = 'unet/diffusion_pytorch_model.fp16.safetensors';

const folders: string[] = [];
let folder: string;
beforeEach(async () => {
  folder = await tempFolder();
  folders.push(folder);
});
afterAll(() => Promise.all(folders.map((path) => rm(path, { recursive: true }))));

const opened: Checkpoint[] = [];
afterEach(() => Promise.all(opened.splice(0).map((checkpoint) => checkpoint.close())));
async function open(path = folder): Promise<Checkpoint> {
  const checkpoint = await openCheckpoint(path, { provider: 'cpu', host: 'inline' });
  opened.push(checkpoint);
  return checkpoint;
}

/** Numbers that look random and are always the same. */
function waves(...dims: number[]) {
  return tensor(dims, Float32Array.from(tensor(dims).data, (_, i) => Math.sin(i * 1.7 + 0.3) + Math.cos(i * 0.31)));
}

function unetInput({ unet, textEncoder2, timeIdCount }: Checkpoint, height = 8, width = 8): UNetInput {
  return {
    sample: waves(1, 4, height, width),
    timestep: 501,
    promptEmbeds: waves(1, 77, unet.config.crossAttentionDim),
    pooledPromptEmbeds: waves(1, textEncoder2.config.projection ?? 0),
    timeIds: tensor([1, timeIdCount], new Float32Array(timeIdCount).fill(128)),
  };
}

describe('a diffusers folder', () => {
  it('of the base has both text encoders and takes six time ids', async () => {
    const base = await open(join(DEMO, 'base'));
    expect(base).toMatchObject({ family: 'base', timeIdCount: 6, forceZerosForEmptyPrompt: true, schedulerConfig: { _class_name: 'EulerDiscreteScheduler' } });
    const ids = [[...Array(77).keys()]];
    expect((await base.textEncoder?.encode(ids, -2))?.hidden.dims).toEqual([1, 77, base.textEncoder?.config.width]);
    expect((await base.textEncoder2.encode(ids, -2)).pooled?.dims).toEqual([1, base.textEncoder2.config.projection]);
  });

  it('of the refiner has only the second text encoder and takes five', async () => {
    const refiner = await open(join(DEMO, 'refiner'));
    expect(refiner).toMatchObject({ family: 'refiner', textEncoder: undefined, timeIdCount: 5, forceZerosForEmptyPrompt: false });
    expect((await refiner.unet.predict(unetInput(refiner))).dims).toEqual([1, 4, 8, 8]);
  });

  it('runs at sizes that its levels do not divide, and VAE and latents differ by eight', async () => {
    const base = await open(join(DEMO, 'base'));
    expect((await base.unet.predict(unetInput(base, 9, 14))).dims).toEqual([1, 4, 9, 14]);
    const pixels = await base.vae.decode(waves(2, 4, 3, 5));
    expect(pixels.dims).toEqual([2, 3, 24, 40]);
    const { mean, logvar } = await base.vae.encode(pixels);
    expect([mean.dims, logvar.dims]).toEqual([[2, 4, 3, 5], [2, 4, 3, 5]]);
  });

  it('gives the same numbers from a model host as in this process', async () => {
    const inline = await open(join(DEMO, 'base'));
    const hosted = await openCheckpoint(join(DEMO, 'base'), { provider: 'cpu', host: 'process' });
    opened.push(hosted);
    expect(await hosted.unet.predict(unetInput(hosted))).toEqual(await inline.unet.predict(unetInput(inline)));
  });

  it('may be made of symlinks, as download caches are', async () => {
    await copyModel(join(DEMO, 'base'), folder);
    await expect(open()).resolves.toHaveProperty('family', 'base');
  });

  it('may have its weights in shards', async () => {
    await copyModel(join(DEMO, 'base'), folder);
    await shard(folder);
    const whole = await open(join(DEMO, 'base'));
    const sharded = await open();
    expect(await sharded.unet.predict(unetInput(sharded))).toEqual(await whole.unet.predict(unetInput(whole)));
  });

  it('may store its weights in bfloat16 or float32', async () => {
    const half = await open(join(DEMO, 'base'));
    const expected = await half.unet.predict(unetInput(half));
    await copyModel(join(DEMO, 'base'), folder);
    for (const [dtype, tolerance] of [['F32', 1e-5], ['BF16', 0.3]] as const) {
      await convert(join(DEMO, 'base', UNET), join(folder, UNET), dtype);
      const { unet } = await open();
      const got = await unet.predict(unetInput(half));
      const worst = Math.max(...got.data.map((value, i) => Math.abs(value - (expected.data[i] ?? Infinity))));
      expect(worst).toBeLessThan(tolerance); // bfloat16 keeps 8 of float16's 11 bits
      if (dtype === 'BF16') expect(worst).toBeGreaterThan(1e-5);
    }
  });
});

describe('a folder that cannot be run', () => {
  beforeEach(() => copyModel(join(DEMO, 'base'), folder));

  const configs: readonly (readonly [file: string, change: object, words: RegExp])[] = [
    ['model_index.json', { _class_name: 'StableDiffusionPipeline' }, /model_index\.json: is the index of a StableDiffusionPipeline; this engine runs Stable Diffusion XL/],
    ['model_index.json', { text_encoder_2: ['transformers', 'T5EncoderModel'] }, /names T5EncoderModel as text_encoder_2/],
    ['unet/config.json', { addition_embed_type: null }, /unet\/config\.json: addition_embed_type is null/],
    ['model_index.json', { text_encoder: [null, null] }, /unet\/config\.json: cross_attention_dim is 160, but the text encoders give 96: they are of different models/],
    ['unet/config.json', { addition_time_embed_dim: 16 }, /unet\/config\.json: projection_class_embeddings_input_dim 288 leaves room for 12 time ids; SDXL's base has 6, its refiner 5/],
    ['unet/config.json', { block_out_channels: [48, 96, 320] }, /fp16\.safetensors: tensor "[^"]+" has shape \[160[^\]]*\], but the model's config asks for \[320/],
    ['vae/config.json', { layers_per_block: 2 }, /vae\/.*fp16\.safetensors: tensor "encoder\.down_blocks\.0\.resnets\.1\.norm1\.weight" is missing \(shape \[16\] expected\)/],
    ['text_encoder/config.json', { num_hidden_layers: 4 }, /text_encoder\/model\.fp16\.safetensors: tensor "text_model\.encoder\.layers\.3\.[^"]+" is missing/],
    ['scheduler/scheduler_config.json', {}, /scheduler_config\.json: is not JSON/],
  ];
  for (const [file, change, words] of configs) {
    it(`is refused for ${file} with ${JSON.stringify(change)}`, async () => {
      if (file.startsWith('scheduler')) await replaceFile(join(folder, file), 'beta_start: 0.1');
      else await changeJson(join(folder, file), change);
      await expect(open()).rejects.toThrow(words);
    });
  }

  for (const file of ['model_index.json', 'unet/config.json', 'text_encoder_2/config.json', 'scheduler/scheduler_config.json']) {
    it(`is refused without ${file}`, async () => {
      await rm(join(folder, file));
      const error = await open().catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(BadCheckpoint);
      expect(String(error)).toContain(join(folder, file));
    });
  }

  it('is refused without weights, or with a pickle in their place', async () => {
    await rename(join(folder, UNET), join(folder, 'unet/diffusion_pytorch_model.bin'));
    await expect(open()).rejects.toThrow(/unet: has no diffusion_pytorch_model\.safetensors .*\(diffusion_pytorch_model\.bin could run code when read, and is not used\)/);
  });

  it('is refused without a whole network', async () => {
    await rm(join(folder, 'vae'), { recursive: true });
    await expect(open()).rejects.toThrow(BadCheckpoint);
  });

  it('is refused when a weights file is cut short, with the first tensor that is not whole', async () => {
    const bytes = await readFile(join(DEMO, 'base', UNET));
    await replaceFile(join(folder, UNET), bytes.subarray(0, bytes.length - 1000));
    const error = await open().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(BadWeights);
    expect(String(error)).toMatch(/diffusion_pytorch_model\.fp16\.safetensors: tensor "[^"]+" ends at byte \d+, but the file has only \d+: it is truncated/);
  });

  it('is refused when its weights are whole numbers', async () => {
    await convert(join(DEMO, 'base', UNET), join(folder, UNET), 'I16');
    await expect(open()).rejects.toThrow(/tensor "[^"]+" is of type I16; a network's weights must be floating-point numbers/);
  });

  it('is refused when a shard lacks what the index promises, or lies elsewhere', async () => {
    await shard(folder);
    const index = join(folder, 'unet/diffusion_pytorch_model.fp16.safetensors.index.json');
    const { weight_map: map }: { weight_map: Record<string, string> } = JSON.parse(await readFile(index, 'utf8'));
    const [first, second] = ['diffusion_pytorch_model-1.safetensors', 'diffusion_pytorch_model-2.safetensors'];
    await writeFile(index, JSON.stringify({ weight_map: { ...map, 'conv_in.weight': map['conv_in.weight'] === first ? second : first } }));
    await expect(open()).rejects.toThrow(/index\.json: says that tensor "conv_in\.weight" is in diffusion_pytorch_model-\d\.safetensors, but it is not there/);
    await writeFile(index, JSON.stringify({ weight_map: { ...map, 'conv_in.weight': '../../secret.safetensors' } }));
    await expect(open()).rejects.toThrow(/names a shard "\.\.\/\.\.\/secret\.safetensors"/);
  });
});

describe('a run with inputs of another model', () => {
  it('is refused before the graph is run', async () => {
    const base = await open(join(DEMO, 'base'));
    const input = unetInput(base);
    await expect(base.unet.predict({ ...input, timeIds: tensor([1, 5]) })).rejects.toThrow(/base and refiner take different time ids/);
    await expect(base.unet.predict({ ...input, promptEmbeds: waves(2, 77, 160) })).rejects.toThrow(/promptEmbeds has 2 samples, the latents have 1/);
    await expect(base.textEncoder2.encode([[1, 2, 3]], -2)).rejects.toThrow(/3 token ids; this encoder takes exactly 77/);
    await expect(base.textEncoder2.encode([Array.from({ length: 77 }, () => 49407)], -2)).rejects.toThrow(/token id 49407 is not in this encoder's vocabulary/);
    await expect(base.textEncoder2.encode([[...Array(77).keys()]], -9)).rejects.toThrow(/hidden state -9 does not exist: this encoder has -3 to 2/);
  });
});

/** Splits the copy's UNet weights into two shards with an index, every other tensor to each. */
async function shard(copy: string): Promise<void> {
  const path = join(copy, UNET);
  const { tensors } = await readSafetensors(path);
  const bytes = await readFile(path);
  const weightMap: Record<string, string> = {};
  for (const which of [0, 1]) {
    const name = `diffusion_pytorch_model-${which + 1}.safetensors`;
    const header: Record<string, object> = {};
    const parts: Uint8Array[] = [];
    let end = 0;
    for (const [i, { name: tensorName, dtype, dims, offset, length }] of [...tensors.values()].entries()) {
      if (i % 2 !== which) continue;
      weightMap[tensorName] = name;
      header[tensorName] = { dtype, shape: dims, data_offsets: [end, end + length] };
      parts.push(bytes.subarray(offset, offset + length));
      end += length;
    }
    await writeFile(join(copy, 'unet', name), safetensorsBytes(header, Buffer.concat(parts)));
  }
  await rm(path);
  await writeFile(join(copy, 'unet/diffusion_pytorch_model.fp16.safetensors.index.json'), JSON.stringify({ weight_map: weightMap }));
}

/** Writes a float16 file's tensors in another type; as `I16` their bits only. */
async function convert(from: string, to: string, dtype: 'F32' | 'BF16' | 'I16'): Promise<void> {
  const { tensors } = await readSafetensors(from);
  const bytes = await readFile(from);
  const header: Record<string, object> = {};
  const parts: Uint8Array[] = [];
  let end = 0;
  for (const { name, dims, offset, length } of tensors.values()) {
    const part = dtype === 'I16' ? bytes.subarray(offset, offset + length) : convertHalves(bytes.subarray(offset, offset + length), dtype);
    header[name] = { dtype, shape: dims, data_offsets: [end, end + part.length] };
    parts.push(part);
    end += part.length;
  }
  await replaceFile(to, safetensorsBytes(header, Buffer.concat(parts)));
}

function convertHalves(halves: Uint8Array, dtype: 'F32' | 'BF16'): Uint8Array {
  const view = new DataView(halves.buffer, halves.byteOffset, halves.byteLength);
  const floats = Float32Array.from({ length: halves.length / 2 }, (_, i) => halfToFloat(view.getUint16(2 * i, true)));
  if (dtype === 'F32') return new Uint8Array(floats.buffer);
  const upper = Uint16Array.from(new Uint32Array(floats.buffer), (bits) => bits >>> 16);
  return new Uint8Array(upper.buffer);
}

function halfToFloat(bits: number): number {
  const exponent = (bits >> 10) & 31;
  const fraction = (bits & 1023) / 1024;
  const size = exponent === 0 ? fraction * 2 ** -14 : (1 + fraction) * 2 ** (exponent - 15);
  return bits & 0x8000 ? -size : size;
}
