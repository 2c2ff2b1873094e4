import { copyFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Checkpoint } from '../../../../gpu-worker/sdxl/checkpoint/checkpoint.ts';
import { openCheckpoint } from '../../../../gpu-worker/sdxl/checkpoint/open-checkpoint.ts';
import { largestDifference } from '../../../../gpu-worker/sdxl/conformance/compare.ts';
import type { AdaptedNetworks } from '../../../../gpu-worker/sdxl/lora/lora-sets.ts';
import type { LoraUse } from '../../../../gpu-worker/sdxl/lora/lora-use.ts';
import { InlineHost } from '../../../../gpu-worker/sdxl/session/inline-host.ts';
import { LocalSession } from '../../../../gpu-worker/sdxl/session/local-session.ts';
import { tensor } from '../../../../gpu-worker/sdxl/tensor.ts';
import { readRawTensors, toBfloat16, writeRawTensors } from '../safetensors/stored-tensors.ts';
import type { RawTensor } from '../safetensors/stored-tensors.ts';
import { tempFolder } from '../safetensors/write-safetensors.ts';
import { BASE, loraFile, ripples } from './small-lora.ts';

let checkpoint: Checkpoint;
let folder = '';
// A few layers of the recorded files: a whole one takes onnxruntime a second to prepare.
let KOHYA = '';
let PEFT = '';
let CONV = '';
let FULL = '';
beforeAll(async () => {
  folder = await tempFolder();
  KOHYA = await someLayers('unet_kohya_sgm', /_middle_block_/);
  PEFT = await someLayers('unet_peft', /\.mid_block\./);
  CONV = await someLayers('unet_conv_kohya_sgm', /_middle_block_/);
  FULL = await someLayers('full_peft', /\.mid_block\.|\.layers\.0\./);
});
afterAll(() => rm(folder, { recursive: true }));
beforeEach(async () => {
  checkpoint = await openCheckpoint(BASE, { provider: 'cpu', host: 'inline' });
});
afterEach(async () => {
  vi.restoreAllMocks();
  await checkpoint.close();
});

async function someLayers(name: string, pattern: RegExp): Promise<string> {
  const tensors = await readRawTensors(loraFile(name));
  return write(name, Object.fromEntries([...tensors].filter(([key]) => pattern.test(key))));
}

function predict(loras: readonly LoraUse[], on = checkpoint): Promise<Float32Array> {
  return on.withLoras(loras, ask);
}

async function ask({ unet, textEncoder2 }: Pick<AdaptedNetworks, 'unet' | 'textEncoder2'>): Promise<Float32Array> {
  const { data } = await unet.predict({
    sample: waves(1, 4, 8, 8),
    timestep: 501,
    promptEmbeds: waves(1, 77, unet.config.crossAttentionDim),
    pooledPromptEmbeds: waves(1, textEncoder2.config.projection ?? 0),
    timeIds: tensor([1, 6], new Float32Array(6).fill(64)),
  });
  return data;
}

function waves(...dims: number[]) {
  return tensor(dims, Float32Array.from(tensor(dims).data, (_, i) => Math.sin(i * 1.7 + 0.3) + Math.cos(i * 0.31)));
}

/** Writes a LoRA file of the test's own. */
async function write(name: string, tensors: Readonly<Record<string, RawTensor>>, metadata?: Readonly<Record<string, string>>): Promise<string> {
  const path = join(folder, `${name}.safetensors`);
  await writeRawTensors(path, new Map(Object.entries(tensors)), metadata);
  return path;
}

describe('LoRA files on a checkpoint', () => {
  it('of strength 0 leave every number as it was, to the bit', async () => {
    const plain = await ask(checkpoint);
    for (const file of [KOHYA, CONV, FULL]) expect(await predict([{ file, strength: 0 }])).toEqual(plain);
    expect(await predict([])).toEqual(plain);
    expect(largestDifference(await predict([{ file: KOHYA, strength: 1 }]), plain)).toBeGreaterThan(0.01);
  });

  it('may change their strengths without a new session', async () => {
    await predict([{ file: KOHYA, strength: 0.2 }]);
    const create = vi.spyOn(LocalSession, 'create');
    const half = await predict([{ file: KOHYA, strength: 0.5 }]);
    expect(await predict([{ file: KOHYA, strength: -0.5 }])).not.toEqual(half);
    expect(await predict([{ file: KOHYA, strength: 0.5 }])).toEqual(half);
    expect(create).not.toHaveBeenCalled();
  });

  it('add up, in any order', async () => {
    // Both files hold the same update under different names.
    const twice = await predict([{ file: KOHYA, strength: 0.25 }, { file: PEFT, strength: 0.35 }]);
    expect(largestDifference(twice, await predict([{ file: KOHYA, strength: 0.6 }]))).toBeLessThan(1e-5);
    expect(await predict([{ file: PEFT, strength: 0.35 }, { file: KOHYA, strength: 0.25 }])).toEqual(twice);
    expect(await predict([{ file: PEFT, strength: 0.25 }, { file: KOHYA, strength: 0.35 }])).not.toEqual(twice);
  });

  it('touch only the networks that they have updates for', async () => {
    const own = await checkpoint.withLoras([{ file: KOHYA, strength: 1 }], async ({ textEncoder, textEncoder2, unet }) => [textEncoder, textEncoder2, unet]);
    expect(own.map((network, i) => network === [checkpoint.textEncoder, checkpoint.textEncoder2, checkpoint.unet][i])).toEqual([true, true, false]);
    const ids = [Array.from({ length: 77 }, (_, i) => i)];
    const encode = async ({ textEncoder, textEncoder2 }: AdaptedNetworks) => [await textEncoder?.encode(ids, -2), await textEncoder2.encode(ids, -2)];
    const [first, second] = await checkpoint.withLoras([{ file: FULL, strength: 1 }], encode);
    const [plainFirst, plainSecond] = await encode(checkpoint);
    expect(first?.hidden.data).not.toEqual(plainFirst?.hidden.data);
    expect(second?.hidden.data).not.toEqual(plainSecond?.hidden.data);
    expect(second?.pooled?.data).not.toEqual(plainSecond?.pooled?.data);
  });

  it('give the same numbers in a model host', async () => {
    const hosted = await openCheckpoint(BASE, { provider: 'cpu', host: 'process' });
    try {
      const loras = [{ file: KOHYA, strength: 0.6 }];
      expect(await predict(loras, hosted)).toEqual(await predict(loras));
    } finally {
      await hosted.close();
    }
  });

  it('may be stored in bfloat16', async () => {
    const entries = [...(await readRawTensors(loraFile('unet_kohya_diffusers')))].filter(([name]) => name.includes('_mid_block_'));
    const halves = entries.map(([name, data]) => [name, toBfloat16(data)] as const);
    const widened = halves.map(([name, { dims, bytes }]) => {
      const wide = Buffer.alloc(2 * bytes.length);
      for (let i = 0; i < bytes.length; i += 2) wide.writeUInt16LE(bytes.readUInt16LE(i), 2 * i + 2);
      return [name, { dtype: 'F32', dims, bytes: wide }] as const;
    });
    const bf16 = await write('bf16', Object.fromEntries(halves));
    const fp32 = await write('fp32', Object.fromEntries(widened));
    expect(await predict([{ file: bf16, strength: 0.7 }])).toEqual(await predict([{ file: fp32, strength: 0.7 }]));
  });

  it('may have convolutions in three parts, as LyCORIS stores them', async () => {
    const layer = 'lora_unet_input_blocks_1_0_in_layers_2';
    const [down, up] = [ripples([16, 16, 3, 3], 1), ripples([16, 16, 1, 1], 2)];
    const identity = { ...ripples([16, 16, 1, 1], 0), bytes: Buffer.from(Float32Array.from({ length: 256 }, (_, i) => (i % 17 === 0 ? 1 : 0)).buffer) };
    const two = await write('two-parts', { [`${layer}.lora_down.weight`]: down, [`${layer}.lora_up.weight`]: up });
    const three = await write('three-parts', { [`${layer}.lora_down.weight`]: identity, [`${layer}.lora_mid.weight`]: down, [`${layer}.lora_up.weight`]: up });
    const expected = await predict([{ file: two, strength: 1 }]);
    expect(largestDifference(await predict([{ file: three, strength: 1 }]), expected)).toBeLessThan(1e-5);
    expect(largestDifference(expected, await ask(checkpoint))).toBeGreaterThan(0.01);
  });

  it('may halve maps and stand in projections', async () => {
    // A convolution of stride 2, the whole GEGLU, and a linear layer stored as a 1×1 convolution.
    const file = await write('kinds', {
      'lora_unet_input_blocks_3_0_op.lora_down.weight': ripples([2, 16, 3, 3], 1),
      'lora_unet_input_blocks_3_0_op.lora_up.weight': ripples([16, 2, 1, 1], 2),
      'unet.mid_block.attentions.0.transformer_blocks.0.ff.net.0.proj.lora_A.weight': ripples([2, 32], 3),
      'unet.mid_block.attentions.0.transformer_blocks.0.ff.net.0.proj.lora_B.weight': ripples([256, 2], 4),
      'lora_unet_mid_block_attentions_0_proj_in.lora_down.weight': ripples([2, 32, 1, 1], 5),
      'lora_unet_mid_block_attentions_0_proj_in.lora_up.weight': ripples([32, 2, 1, 1], 6),
    });
    const plain = await ask(checkpoint);
    expect(await predict([{ file, strength: 0 }])).toEqual(plain);
    expect(await predict([{ file, strength: 1 }])).not.toEqual(plain);
  });

  it('take the alpha that PEFT noted where no tensor gives one', async () => {
    const tensors = Object.fromEntries(await readRawTensors(PEFT));
    const noted = (config: object) => ({ lora_adapter_metadata: JSON.stringify(config) });
    const doubled = await predict([{ file: PEFT, strength: 1 }]);
    const plainAlpha = await write('alpha', tensors, noted({ 'unet.r': 4, 'unet.lora_alpha': 8 }));
    const rankStabilised = await write('rslora', tensors, noted({ 'unet.r': 4, 'unet.lora_alpha': 4, 'unet.use_rslora': true }));
    const pattern = await write('pattern', tensors, noted({ 'unet.r': 4, 'unet.lora_alpha': 8, 'unet.alpha_pattern': { proj_in: 8 } }));
    for (const file of [plainAlpha, rankStabilised, pattern]) {
      expect(largestDifference(await predict([{ file, strength: 0.5 }]), doubled)).toBeLessThan(1e-6);
    }
    const broken = await write('unreadable', tensors, { lora_adapter_metadata: '{' });
    expect(await predict([{ file: broken, strength: 1 }])).toEqual(doubled);
  });
});

describe('the sessions of a set of LoRA files', () => {
  it('are kept for the set used last, and closed for others', async () => {
    const open = vi.spyOn(InlineHost.prototype, 'open');
    const release = vi.spyOn(LocalSession.prototype, 'release');
    await predict([{ file: KOHYA, strength: 1 }]);
    await predict([{ file: KOHYA, strength: 1 }]);
    expect([open.mock.calls.length, release.mock.calls.length]).toEqual([1, 0]);
    await predict([{ file: PEFT, strength: 1 }]);
    expect([open.mock.calls.length, release.mock.calls.length]).toEqual([2, 1]);
    await predict([{ file: KOHYA, strength: 1 }]);
    expect([open.mock.calls.length, release.mock.calls.length]).toEqual([3, 2]);
  });

  it('are not closed while somebody uses them', async () => {
    const expected = await predict([{ file: KOHYA, strength: 1 }]);
    const release = vi.spyOn(LocalSession.prototype, 'release');
    await checkpoint.withLoras([{ file: KOHYA, strength: 1 }], async (networks) => {
      await predict([{ file: PEFT, strength: 1 }]);
      await predict([{ file: FULL, strength: 1 }]);
      expect(release).toHaveBeenCalledTimes(1); // the PEFT set's: the one in use, and the one used last, stay
      expect(await ask(networks)).toEqual(expected);
    });
  });

  it('are opened anew when the file was replaced', async () => {
    const file = join(folder, 'replaced.safetensors');
    await copyFile(KOHYA, file);
    const before = await predict([{ file, strength: 1 }]);
    await rm(file); // a mapped file is never changed in place
    await copyFile(CONV, file);
    expect(await predict([{ file, strength: 1 }])).not.toEqual(before);
  });

  it('are tried again after they could not be opened', async () => {
    const file = join(folder, 'late.safetensors');
    await expect(predict([{ file, strength: 1 }])).rejects.toThrow(/late\.safetensors: cannot be opened/);
    vi.spyOn(InlineHost.prototype, 'open').mockRejectedValueOnce(new Error('no memory'));
    await expect(predict([{ file: KOHYA, strength: 1 }])).rejects.toThrow('no memory');
    expect(await predict([{ file: KOHYA, strength: 1 }])).toHaveLength(256);
  });
});
