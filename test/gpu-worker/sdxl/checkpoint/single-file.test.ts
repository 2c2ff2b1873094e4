import { cp, mkdir, open, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { BadCheckpoint } from '../../../../gpu-worker/sdxl/checkpoint/bad-checkpoint.ts';
import type { Checkpoint, OpenCheckpointOptions } from '../../../../gpu-worker/sdxl/checkpoint/checkpoint.ts';
import { BASE_UNET, REFINER_UNET, SCHEDULER, TEXT_ENCODER, TEXT_ENCODER_2, VAE } from '../../../../gpu-worker/sdxl/checkpoint/official-configs.ts';
import { openCheckpoint } from '../../../../gpu-worker/sdxl/checkpoint/open-checkpoint.ts';
import { singleFile } from '../../../../gpu-worker/sdxl/checkpoint/single-file.ts';
import { parseTextEncoderConfig } from '../../../../gpu-worker/sdxl/networks/text-encoder-config.ts';
import { parseUNetConfig } from '../../../../gpu-worker/sdxl/networks/unet-config.ts';
import { parseVaeConfig } from '../../../../gpu-worker/sdxl/networks/vae-config.ts';
import { largestDifference } from '../../../../gpu-worker/sdxl/conformance/compare.ts';
import { openModel } from '../../../../gpu-worker/sdxl/pipeline/open-sdxl.ts';
import { tensor } from '../../../../gpu-worker/sdxl/tensor.ts';
import { float32Tensor, readRawTensors, writeRawTensors } from '../safetensors/stored-tensors.ts';
import { tempFolder } from '../safetensors/write-safetensors.ts';
import { OFFICIAL, SINGLE_FILE } from './official-maps.ts';
import { writeSingleFile } from './write-single-file.ts';

const models = fileURLToPath(new URL('../../../reference/models', import.meta.url));
const base = join(models, 'base');
const refiner = join(models, 'refiner');
const inline = { provider: 'cpu', host: 'inline' } as const;

let folder = '';
beforeAll(async () => {
  folder = await tempFolder();
  await writeSingleFile(base, 'base', join(folder, 'base.safetensors'));
  await writeSingleFile(refiner, 'refiner', join(folder, 'refiner.safetensors'));
  for (const name of ['tokenizer', 'tokenizer_2']) await symlink(join(base, name), join(folder, name));
});
afterAll(() => rm(folder, { recursive: true }));

describe('the rules for the names in a single file', () => {
  test.each(['base', 'refiner'] as const)('give the official tensor, and the right part of it, for every tensor of the %s', async (family) => {
    // A file whose data nobody reads: one byte range per tensor, in the shapes of the real one.
    const header: Record<string, unknown> = {};
    let end = 0;
    for (const [name, entries] of Object.entries(SINGLE_FILE[family])) {
      const dims = originalDims(family, entries);
      header[name] = { dtype: 'F8_E4M3', shape: dims, data_offsets: [end, (end += dims.reduce((n, dim) => n * dim, 1))] };
    }
    const json = Buffer.from(JSON.stringify(header));
    const path = join(folder, `${family}-shapes.safetensors`);
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(json.length));
    const handle = await open(path, 'w');
    await handle.write(Buffer.concat([length, json]));
    await handle.truncate(8 + json.length + end); // sparse: takes no room
    await handle.close();

    const source = await singleFile(path, { tokenizerFolder: base });
    const parts = { unet: await source.part('unet'), vae: await source.part('vae'), text_encoder_2: await source.part('text_encoder_2'), text_encoder: family === 'base' ? await source.part('text_encoder') : undefined };
    let tensors = 0;
    for (const [name, entries] of Object.entries(SINGLE_FILE[family])) {
      for (const [i, { component, key, op }] of entries.entries()) {
        const shape = shapeOf(family, component, key);
        const weight = parts[component]?.weights.take(key, shape);
        const size = shape.reduce((n, dim) => n * dim, 1);
        const stored = (header[name] as { data_offsets: [number, number] }).data_offsets[0] + 8 + json.length;
        expect(weight).toEqual({ name, file: path, dtype: 'F8_E4M3', dims: shape, offset: stored + i * size, length: size, ...(op === 'transpose' && { transposed: true }) });
        tensors++;
      }
    }
    expect(tensors).toBe(family === 'base' ? 1680 + 248 + 196 + 517 : 1220 + 248 + 517);
  });

  test('come with the official configs', () => {
    expect(parseUNetConfig('', BASE_UNET)).toEqual(parseUNetConfig('', OFFICIAL['base/unet']?.config));
    expect(parseUNetConfig('', REFINER_UNET)).toEqual(parseUNetConfig('', OFFICIAL['refiner/unet']?.config));
    expect(parseTextEncoderConfig('', TEXT_ENCODER)).toEqual(parseTextEncoderConfig('', OFFICIAL['text_encoder']?.config));
    expect(parseTextEncoderConfig('', TEXT_ENCODER_2)).toEqual(parseTextEncoderConfig('', OFFICIAL['text_encoder_2']?.config));
    expect(parseVaeConfig('', VAE)).toEqual(parseVaeConfig('', OFFICIAL['vae']?.config));
    expect(SCHEDULER).toMatchObject({ timestep_spacing: 'leading', steps_offset: 1, beta_schedule: 'scaled_linear' });
  });
});

describe('a single-file checkpoint', () => {
  test.each(['base', 'refiner'] as const)('of the %s gives the numbers of the folder that it was made of, to the bit but for the projection', async (family) => {
    const { pooled, ...rest } = await numbers(join(folder, `${family}.safetensors`), { configFolder: join(models, family) });
    const { pooled: expectedPooled, ...expected } = await numbers(join(models, family));
    expect(rest).toEqual(expected);
    // The projection is multiplied the other way round, and sums in another order.
    expect(largestDifference(pooled ?? [], expectedPooled ?? [])).toBeLessThan(1e-6);
  });

  it('takes the tokenizers beside it, or those of a folder that is named, and else says what is missing', async () => {
    const path = join(folder, 'base.safetensors');
    const model = await openModel(path, { ...inline, configFolder: base });
    expect(model.tokenizer?.encode('a cat').slice(0, 4)).toEqual([49406, 320, 2368, 49407]);
    await model.checkpoint.close();

    const alone = join(folder, 'alone');
    await mkdir(alone);
    await cp(path, join(alone, 'base.safetensors'));
    await expect(openCheckpoint(join(alone, 'base.safetensors'), { ...inline, configFolder: base })).rejects.toThrow(
      /alone: has no tokenizer and no tokenizer_2\. A single-file checkpoint carries no tokenizer: put the folders of any SDXL model beside .*base\.safetensors, or name such a model as tokenizerFolder/,
    );
    const elsewhere = await openCheckpoint(join(alone, 'base.safetensors'), { ...inline, configFolder: base, tokenizerFolder: base });
    expect(elsewhere.folder).toBe(base);
    await elsewhere.close();
  });

  it('says which tensor has not the size of SDXL', async () => {
    await expect(openCheckpoint(join(folder, 'base.safetensors'), inline)).rejects.toThrow(/token_embedding\.weight" has shape \[49408, 12\], but the model's config asks for \[49408, 768\]/);
  });

  test.each([
    ['cond_stage_model.transformer.text_model.final_layer_norm.weight', 'Stable Diffusion 1 checkpoint'],
    ['cond_stage_model.model.ln_final.weight', 'Stable Diffusion 2 checkpoint'],
    ['model.diffusion_model.joint_blocks.0.x_block.attn.qkv.weight', 'Stable Diffusion 3 checkpoint'],
    ['double_blocks.0.img_attn.qkv.weight', 'FLUX checkpoint'],
    ['down_blocks.0.resnets.0.conv1.weight', 'UNet alone'],
    ['lora_unet_input_blocks_4_1_proj_in.lora_down.weight', 'a LoRA: open a checkpoint'],
    ['first_stage_model.decoder.conv_in.weight', 'VAE alone'],
    ['edm_mean', 'EDM formulation'],
    ['something.else', 'no checkpoint that is known here'],
  ])('is not what has %s: %s', async (tensorName, what) => {
    const path = join(folder, 'other.safetensors');
    await writeRawTensors(path, new Map([[tensorName, float32Tensor([1], [0])]]));
    await expect(openCheckpoint(path, inline)).rejects.toThrow(BadCheckpoint);
    await expect(openCheckpoint(path, inline)).rejects.toThrow(what);
  });

  it('that predicts velocity says so by empty tensors, and is sampled so', async () => {
    const path = join(folder, 'velocity.safetensors');
    const nothing = { dtype: 'F32', dims: [0], bytes: Buffer.alloc(0) } as const;
    await writeRawTensors(path, new Map([...(await readRawTensors(join(folder, 'base.safetensors'))), ['v_pred', nothing], ['ztsnr', nothing]]));
    expect((await singleFile(path)).schedulerConfig).toMatchObject({ prediction_type: 'v_prediction', rescale_betas_zero_snr: true });
    expect((await singleFile(join(folder, 'base.safetensors'))).schedulerConfig).toMatchObject({ prediction_type: 'epsilon' });
  });

  it('that is nowhere is named', async () => {
    await expect(openCheckpoint(join(folder, 'nowhere.safetensors'), inline)).rejects.toThrow(/nowhere\.safetensors: cannot be found/);
    await writeFile(join(folder, 'text.safetensors'), 'no weights at all');
    await expect(openCheckpoint(join(folder, 'text.safetensors'), inline)).rejects.toThrow(/text\.safetensors: gives its header/);
  });
});

describe('a separate VAE', () => {
  it('takes the place of the checkpoint\'s own, from a folder or a file under either names', async () => {
    // The same VAE with its last layer's bias moved: what it decodes is brighter by a quarter.
    const tensors = await readRawTensors(join(base, 'vae', 'diffusion_pytorch_model.safetensors'));
    tensors.set('decoder.conv_out.bias', brighter(tensors.get('decoder.conv_out.bias')?.bytes));
    const vae = join(folder, 'vae');
    await mkdir(vae);
    await writeRawTensors(join(vae, 'diffusion_pytorch_model.safetensors'), tensors);
    await cp(join(base, 'vae', 'config.json'), join(vae, 'config.json'));

    const whole = join(folder, 'with-vae.safetensors');
    const original = await readRawTensors(join(folder, 'base.safetensors'));
    original.set('first_stage_model.decoder.conv_out.bias', brighter(original.get('first_stage_model.decoder.conv_out.bias')?.bytes));
    await writeRawTensors(whole, original);
    const bare = join(folder, 'vae-only.safetensors');
    await writeRawTensors(bare, new Map([...original].flatMap(([name, data]) => (name.startsWith('first_stage_model.') ? [[name.slice('first_stage_model.'.length), data]] : []))));

    const own = (await numbers(base)).decoded;
    const files = [vae, join(vae, 'diffusion_pytorch_model.safetensors'), whole, bare];
    const decoded: (readonly number[])[] = [];
    for (const file of files) decoded.push((await numbers(base, { vae: file, configFolder: base })).decoded);
    expect(own.map((value, i) => (decoded[0]?.[i] ?? NaN) - value).every((difference) => Math.abs(difference - 0.25) < 1e-5)).toBe(true);
    expect(decoded.slice(1)).toEqual(files.slice(1).map(() => decoded[0]));
  });

  it('that is none is refused by name', async () => {
    const path = join(folder, 'no-vae.safetensors');
    await writeRawTensors(path, new Map([['weight', float32Tensor([1], [0])]]));
    await expect(openCheckpoint(base, { ...inline, vae: path })).rejects.toThrow(/no-vae\.safetensors: holds no VAE/);
  });
});

function brighter(bias: Buffer | undefined) {
  const values = [0, 4, 8].map((at) => (bias?.readFloatLE(at) ?? NaN) + 0.25);
  return float32Tensor([3], values);
}

/** What every network of a checkpoint answers to fixed questions. */
async function numbers(path: string, options: Partial<OpenCheckpointOptions> = {}) {
  const checkpoint = await openCheckpoint(path, { ...inline, ...options });
  try {
    const ids = [Array.from({ length: 77 }, (_, i) => (i === 0 ? 49406 : (i * 601) % 49000))];
    const first = await checkpoint.textEncoder?.encode(ids, -2);
    const second = await checkpoint.textEncoder2.encode(ids, -2);
    const { mean } = await checkpoint.vae.encode(waves(1, 3, 16, 16));
    const { data: decoded } = await checkpoint.vae.decode(waves(1, 4, 2, 2));
    const { data: predicted } = await checkpoint.unet.predict(unetInput(checkpoint));
    return { first: first?.hidden.data, second: second.hidden.data, pooled: second.pooled?.data, mean: mean.data, decoded: [...decoded], predicted };
  } finally {
    await checkpoint.close();
  }
}

function unetInput({ unet, textEncoder2, timeIdCount }: Checkpoint) {
  return {
    sample: waves(1, 4, 8, 8),
    timestep: 501,
    promptEmbeds: waves(1, 77, unet.config.crossAttentionDim),
    pooledPromptEmbeds: waves(1, textEncoder2.config.projection ?? 0),
    timeIds: tensor([1, timeIdCount], new Float32Array(timeIdCount).fill(128)),
  };
}

/** Numbers that look random and are always the same. */
function waves(...dims: number[]) {
  return tensor(dims, Float32Array.from(tensor(dims).data, (_, i) => Math.sin(i * 1.7 + 0.3) + Math.cos(i * 0.31)));
}

function shapeOf(family: 'base' | 'refiner', component: string, key: string): readonly number[] {
  const shape = OFFICIAL[component === 'unet' ? `${family}/unet` : component]?.shapes[key];
  if (shape === undefined) throw new Error(`no official shape of ${component} ${key}`);
  return shape;
}

/** The shape of an original tensor: a stack of what diffusers has apart, the other way round, or with a kernel of one pixel. */
function originalDims(family: 'base' | 'refiner', entries: (typeof SINGLE_FILE)['base'][string]): readonly number[] {
  const [entry] = entries;
  if (entry === undefined) throw new Error('an entry of the map is empty');
  const [rows = 0, ...rest] = shapeOf(family, entry.component, entry.key);
  if (entry.op === 'transpose') return [rows, ...rest].toReversed();
  return [rows * entries.length, ...rest, ...(entry.op.startsWith('squeeze') ? [1, 1] : [])];
}
