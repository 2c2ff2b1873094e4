import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BadCheckpoint } from '../../../../gpu-worker/sdxl/checkpoint/bad-checkpoint.ts';
import { singleFile } from '../../../../gpu-worker/sdxl/checkpoint/single-file.ts';
import { BadLora } from '../../../../gpu-worker/sdxl/lora/bad-lora.ts';
import { loraTargets } from '../../../../gpu-worker/sdxl/lora/lora-targets.ts';
import type { LoraTarget } from '../../../../gpu-worker/sdxl/lora/lora-targets.ts';
import { readLora } from '../../../../gpu-worker/sdxl/lora/read-lora.ts';
import { BadWeights } from '../../../../gpu-worker/sdxl/safetensors/bad-weights.ts';
import { bytesPerElement } from '../../../../gpu-worker/sdxl/safetensors/dtype.ts';
import { elementCount } from '../../../../gpu-worker/sdxl/tensor.ts';
import { safetensorsBytes, tempFolder } from '../safetensors/write-safetensors.ts';
import { SINGLE_FILE } from '../checkpoint/official-maps.ts';
import { BASE } from './small-lora.ts';
import { officialModules } from './official-modules.ts';

let folder = '';
let targets: ReadonlyMap<string, LoraTarget>;
beforeAll(async () => {
  folder = await tempFolder();
  const { unetConfig } = officialModules('base');
  // Layers of three kinds and three networks, small enough to be written in a moment.
  const linear = new Map([['mid_block.attentions.0.proj_in', [8, 6]], ['down_blocks.0.resnets.0.time_emb_proj', [2, 2]]]);
  const conv = new Map([['conv_in', [4, 2, 3, 3]], ['down_blocks.1.resnets.0.conv_shortcut', [4, 2, 1, 1]]]);
  targets = loraTargets({ unetConfig, unet: new Map([...linear, ...conv]), text_encoder: new Map([['text_model.a', [3, 3]]]), text_encoder_2: new Map([['text_model.a', [5, 3]]]) });
});
afterAll(() => rm(folder, { recursive: true }));

const dtype = fc.constantFrom('F32', 'F16', 'BF16', 'F64', 'I64', 'I8', 'BOOL', 'F8_E4M3');
const dims = fc.oneof(
  fc.constantFrom([4, 6], [8, 4], [2, 2], [1, 1], [4, 2, 3, 3], [4, 4, 1, 1], [4, 4, 3, 3], [4, 2, 1, 1], [4, 3], [3, 4], [5, 4], []),
  fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 5 }),
);
const ending = fc.constantFrom('.lora_down.weight', '.lora_up.weight', '.lora_mid.weight', '.alpha', '.lora_A.weight', '.lora_B.weight', '.lora.up.weight', '_lora.down.weight', '.dora_scale', '.hada_w1_a', '.weight', '');
const layer = fc.oneof(
  { weight: 9, arbitrary: fc.constantFrom('lora_unet_mid_block_attentions_0_proj_in', 'lora_unet_middle_block_1_proj_in', 'unet.conv_in', 'lora_unet_input_blocks_0_0', 'conv_in', 'lora_te1_text_model_a', 'text_encoder_2.text_model.a', 'unet.down_blocks.1.resnets.0.conv_shortcut') },
  { weight: 1, arbitrary: fc.oneof(fc.string(), fc.constantFrom('__proto__', 'constructor', 'lora_unet_', 'toString', '../../etc/passwd', '\u0000')) },
);
/** A whole, sound pair now and then, so that the way to the end is tried too. */
const pair = fc.tuple(layer, fc.integer({ min: 1, max: 4 })).map(([name, rank]) => {
  const [outputs = 1, inputs = 1, ...kernel] = targets.get(name)?.dims ?? [2, 2];
  return [
    { key: `${name}.lora_down.weight`, shape: [rank, inputs, ...kernel], type: 'F16' },
    { key: `${name}.lora_up.weight`, shape: [outputs, rank, ...kernel.map(() => 1)], type: 'F32' },
    { key: `${name}.alpha`, shape: [], type: 'BF16' },
  ];
});
const single = fc.record({ key: fc.tuple(layer, ending).map(([name, end]) => name + end), shape: dims, type: dtype }).map((entry) => [entry]);
const file = fc.array(fc.oneof(single, fc.constant(undefined).chain(() => pair)), { maxLength: 6 }).map((groups) => groups.flat());

function bytesOf(entries: readonly { readonly key: string; readonly shape: readonly number[]; readonly type: string }[], fill: number): Buffer {
  const header = new Map<string, unknown>();
  let end = 0;
  for (const { key, shape, type } of entries) {
    if (header.has(key)) continue;
    const length = elementCount(shape) * (type === 'F64' || type === 'I64' ? 8 : type === 'F32' ? 4 : type.endsWith('16') ? 2 : 1);
    header.set(key, { dtype: type, shape, data_offsets: [end, (end += length)] });
  }
  return safetensorsBytes(`{${[...header].map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`).join(',')}}`, Buffer.alloc(end, fill));
}

describe('whatever a LoRA file holds', () => {
  let fitted = 0;

  it('is fitted to layers in their shapes, or refused with a reason', async () => {
    const path = join(folder, 'lora.safetensors');
    await fc.assert(
      fc.asyncProperty(file, fc.integer({ min: 0, max: 255 }), async (entries, fill) => {
        const bytes = bytesOf(entries, fill);
        await writeFile(path, bytes);
        await check(path, bytes.length);
      }),
      { numRuns: 500 },
    );
    expect(fitted).toBeGreaterThan(25);
  });

  it('is refused with a reason when single bytes of it are wrong', async () => {
    const path = join(folder, 'bytes.safetensors');
    const sound = bytesOf([{ key: 'unet.conv_in.lora_A.weight', shape: [4, 2, 3, 3], type: 'F32' }, { key: 'unet.conv_in.lora_B.weight', shape: [4, 4], type: 'F16' }, { key: 'unet.conv_in.alpha', shape: [], type: 'F32' }], 60);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.nat(sound.length - 1), fc.nat(255)), { maxLength: 4 }), fc.nat(40), async (changes, cut) => {
        const bytes = Buffer.from(sound.subarray(0, sound.length - (cut > 20 ? cut - 20 : 0)));
        for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value;
        await writeFile(path, bytes);
        await check(path, bytes.length);
      }),
      { numRuns: 400 },
    );
  });

  async function check(path: string, size: number): Promise<void> {
    try {
      const { updates } = await readLora(path, targets);
      for (const [network, layers] of Object.entries(updates)) {
        for (const [module, { rank, scale, down, mid, up }] of layers) {
          const [outputs = 0, inputs = 0, ...kernel] = targets.get(`${network}.${module}`)?.dims ?? [];
          expect(Number.isFinite(scale) && rank > 0).toBe(true);
          expect(down.dims).toEqual([rank, inputs, ...(mid ? kernel.map(() => 1) : kernel)]);
          expect(up.dims).toEqual([outputs, rank, ...kernel.map(() => 1)]);
          for (const { dims: shape, dtype: type, offset, length } of [down, up, ...(mid ? [mid] : [])]) {
            expect(length).toBe(elementCount(shape) * bytesPerElement(type));
            expect(offset + length).toBeLessThanOrEqual(size);
          }
          fitted++;
        }
      }
    } catch (error) {
      if (!(error instanceof BadLora || error instanceof BadWeights)) throw error;
      expect(error.message.length).toBeLessThan(2000);
    }
  }
});

describe('whatever a single file holds', () => {
  const names = Object.keys(SINGLE_FILE.base).filter((_, i) => i % 40 === 0);
  const tensor = fc.record({
    key: fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...names, 'model.diffusion_model.input_blocks.0.0.weight', 'conditioner.embedders.1.model.ln_final.weight', 'conditioner.embedders.0.model.ln_final.weight') }, { weight: 1, arbitrary: fc.string() }),
    shape: dims,
    type: dtype,
  });

  /** What makes a file a checkpoint at all. */
  const marks = fc.constantFrom([], ['model.diffusion_model.input_blocks.0.0.weight', 'conditioner.embedders.1.model.ln_final.weight'], ['model.diffusion_model.input_blocks.0.0.weight', 'conditioner.embedders.0.model.ln_final.weight']).map((keys) =>
    keys.map((key) => ({ key, shape: [4, 4], type: 'F32' })),
  );

  it('it is a base, a refiner, or refused; and gives no tensor but of the shape asked for', async () => {
    const path = join(folder, 'single.safetensors');
    let opened = 0;
    await fc.assert(
      fc.asyncProperty(marks, fc.array(tensor, { maxLength: 12 }), async (known, entries) => {
        const bytes = bytesOf([...known, ...entries], 0);
        await writeFile(path, bytes);
        try {
          const source = await singleFile(path, { tokenizerFolder: BASE });
          opened++;
          for (const component of ['unet', 'vae', 'text_encoder', 'text_encoder_2'] as const) {
            const { weights } = await source.part(component);
            for (const key of ['conv_in.weight', 'encoder.conv_in.weight', 'text_model.final_layer_norm.weight', 'text_model.encoder.layers.0.self_attn.k_proj.weight', 'text_projection.weight']) {
              takeSafely(() => weights.take(key, [4, 4]), bytes.length);
            }
          }
        } catch (error) {
          if (!(error instanceof BadCheckpoint || error instanceof BadWeights)) throw error;
        }
      }),
      { numRuns: 400 },
    );
    expect(opened).toBeGreaterThan(100);
  });

  function takeSafely(take: () => { readonly dims: readonly number[]; readonly offset: number; readonly length: number }, size: number): void {
    try {
      const { dims: shape, offset, length } = take();
      expect(shape).toEqual([4, 4]);
      expect(offset + length).toBeLessThanOrEqual(size);
    } catch (error) {
      // A name that this network does not have is the caller's mistake, and told as one.
      if (!(error instanceof BadWeights || error instanceof RangeError)) throw error;
    }
  }
});
