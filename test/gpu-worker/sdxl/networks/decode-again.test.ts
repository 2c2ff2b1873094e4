import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { diffusersFolder } from '../../../../gpu-worker/sdxl/checkpoint/diffusers-folder.ts';
import { planVae } from '../../../../gpu-worker/sdxl/checkpoint/plan-networks.ts';
import { separateVae } from '../../../../gpu-worker/sdxl/checkpoint/separate-vae.ts';
import { CpuLayers } from '../../../../gpu-worker/sdxl/networks/cpu-layers.ts';
import type { ConvOptions, FeatureMap } from '../../../../gpu-worker/sdxl/networks/layers.ts';
import { sessionVae } from '../../../../gpu-worker/sdxl/networks/session-vae.ts';
import { parseVaeConfig } from '../../../../gpu-worker/sdxl/networks/vae-config.ts';
import { buildVaeDecoder } from '../../../../gpu-worker/sdxl/networks/vae-graph.ts';
import { Graph } from '../../../../gpu-worker/sdxl/onnx/graph.ts';
import { ELEMENT_TYPES } from '../../../../gpu-worker/sdxl/onnx/model.ts';
import type { Weights } from '../../../../gpu-worker/sdxl/safetensors/weights.ts';
import { InlineHost } from '../../../../gpu-worker/sdxl/session/inline-host.ts';
import { tensor } from '../../../../gpu-worker/sdxl/tensor.ts';
import { float32Tensor, readRawTensors, writeRawTensors } from '../safetensors/stored-tensors.ts';
import { tempFolder } from '../safetensors/write-safetensors.ts';

const base = fileURLToPath(new URL('../../../reference/models/base', import.meta.url));
const host = new InlineHost();
let folder = '';
let files = 0; // each decoder's own: a file that is mapped must never change
beforeAll(async () => {
  folder = await tempFolder();
});
afterAll(async () => {
  await host.close();
  await rm(folder, { recursive: true });
});

/** Every convolution's result passes through half precision, as on a GPU. */
class HalfLayers extends CpuLayers {
  constructor(
    private readonly graph: Graph,
    weights: Weights,
  ) {
    super(graph, weights);
  }

  override conv(x: FeatureMap, name: string, options: ConvOptions): FeatureMap {
    const y = super.conv(x, name, options);
    const half = this.graph.node('Cast', [y.value], { to: { int: ELEMENT_TYPES.float16 } });
    return { ...y, value: this.graph.node('Cast', [half], { to: { int: ELEMENT_TYPES.float32 } }) };
  }
}

/** The small VAE with some tensors multiplied; its decoder by either kind of layers, and how often each was opened. */
async function decoders(change: Readonly<Record<string, (value: number) => number>>) {
  const tensors = await readRawTensors(join(base, 'vae', 'diffusion_pytorch_model.safetensors'));
  for (const [name, edit] of Object.entries(change)) {
    const { dims = [], bytes = Buffer.alloc(0) } = tensors.get(name) ?? {};
    tensors.set(name, float32Tensor(dims, Array.from({ length: bytes.length / 4 }, (_, i) => edit(bytes.readFloatLE(4 * i)))));
  }
  const path = join(folder, `vae-${++files}.safetensors`);
  await writeRawTensors(path, tensors);
  const { configFile, config: json, weights } = await separateVae(path, (await diffusersFolder(base)).path);
  const config = parseVaeConfig(configFile, json);
  const opened = { half: 0, precise: 0 };
  const open = (kind: 'half' | 'precise') => () => {
    opened[kind]++;
    const graph = new Graph(kind);
    buildVaeDecoder(kind === 'half' ? new HalfLayers(graph, weights) : new CpuLayers(graph, weights), config);
    return host.open({ name: kind, ...graph.build() });
  };
  const encoder = () => Promise.reject(new Error('nothing is encoded here'));
  return { opened, config, half: { encoder, decoder: open('half') }, precise: { encoder, decoder: open('precise') }, both: { encoder, decoder: open('half'), preciseDecoder: open('precise') } };
}

const latents = tensor([1, 4, 4, 4], Float32Array.from({ length: 64 }, (_, i) => Math.sin(i * 1.7)));
/** Activations of a few million: beyond half precision's 65,504, and no matter to a group norm in float32. */
const OVERFLOWING = { 'decoder.conv_in.weight': (value: number) => value * 1e7 };

describe('a VAE decoder in half precision', () => {
  it('that overflows is run again in float32', async () => {
    const { config, both, half, precise, opened } = await decoders(OVERFLOWING);
    await expect(sessionVae(config, half).decode(latents)).rejects.toThrow('decoded no picture but NaN');
    const again = await sessionVae(config, both).decode(latents);
    expect(again).toEqual(await sessionVae(config, precise).decode(latents));
    expect(again.data.every(Number.isFinite)).toBe(true);
    expect(opened).toEqual({ half: 2, precise: 2 });
  });

  it('whose picture is black all over is run again, and a picture that is meant to be black stays so', async () => {
    const black = await decoders({ 'decoder.conv_out.bias': (value) => value - 50 });
    const { data } = await sessionVae(black.config, black.both).decode(latents);
    expect(data.every((value) => value < -1)).toBe(true);
    expect(black.opened).toEqual({ half: 1, precise: 1 });
  });

  it('that gives a picture is not run again', async () => {
    const { config, both, opened } = await decoders({});
    await sessionVae(config, both).decode(latents);
    expect(opened).toEqual({ half: 1, precise: 0 });
  });

  it('cannot help latents that are broken themselves: an error says so', async () => {
    const { config, both } = await decoders({});
    await expect(sessionVae(config, both).decode(tensor([1, 4, 4, 4], new Float32Array(64).fill(NaN)))).rejects.toThrow(/latents are broken, as by a LoRA/);
  });

  it('is planned with one in float32 beside it, unless it is one already', async () => {
    const part = await (await diffusersFolder(base)).part('vae');
    const plan = (force_upcast: boolean, type: 'float16' | 'float32') => {
      const form = { provider: 'cuda', type, families: new Set<never>() } as const;
      return planVae({ ...part, config: Object.assign({}, part.config, { force_upcast }) }, { form });
    };
    const { decoder, preciseDecoder } = plan(false, 'float16');
    expect(preciseDecoder?.model).toEqual(plan(false, 'float32').decoder.model);
    expect(preciseDecoder?.model).not.toEqual(decoder.model);
    expect([plan(false, 'float32').preciseDecoder, plan(true, 'float16').preciseDecoder]).toEqual([undefined, undefined]);
  });
});
