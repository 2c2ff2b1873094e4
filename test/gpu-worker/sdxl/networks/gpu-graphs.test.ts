import { mkdtemp, open, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fromBinary } from '@bufbuild/protobuf';
import * as ort from 'onnxruntime-node';
import { ModelProtoSchema, TensorProto_DataLocation } from 'onnx-buf';
import type { ModelProto, NodeProto } from 'onnx-buf';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildGraph } from '../../../../gpu-worker/sdxl/networks/build-graph.ts';
import type { GraphFor } from '../../../../gpu-worker/sdxl/networks/build-graph.ts';
import { FAMILIES, FAMILIES_OF } from '../../../../gpu-worker/sdxl/networks/graph-form.ts';
import type { GraphForm } from '../../../../gpu-worker/sdxl/networks/graph-form.ts';
import { ELEMENT_TYPES } from '../../../../gpu-worker/sdxl/onnx/model.ts';
import type { Weights } from '../../../../gpu-worker/sdxl/safetensors/weights.ts';
import { elementCount } from '../../../../gpu-worker/sdxl/tensor.ts';
import { OFFICIAL_GRAPHS } from './official-networks.ts';

const CUDA: GraphForm = { provider: 'cuda', type: 'float16', families: new Set(FAMILIES) };
const FORMS: Readonly<Record<string, GraphForm>> = {
  'cuda, everything fused': CUDA,
  'cuda in float32': { ...CUDA, type: 'float32' },
  'cuda, plain': { ...CUDA, families: new Set() },
  'webgpu in float16': { provider: 'webgpu', type: 'float16', families: new Set(FAMILIES_OF.webgpu) },
  'webgpu, plain, in float32': { provider: 'webgpu', type: 'float32', families: new Set() },
};
const FILE_BYTES = 6e9;
let folder: string;
let file: string;

beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'refinery-')));
  file = join(folder, 'weights.bin');
  // Sparse: it takes no room on the disk.
  const handle = await open(file, 'w');
  await handle.truncate(FILE_BYTES);
  await handle.close();
});
afterAll(() => rm(folder, { recursive: true }));

/** Weights of any name and shape, one behind the other in the file. */
function anyWeights(): Weights & { readonly bytes: () => number } {
  const offsets = new Map<string, number>();
  let end = 0;
  return {
    has: () => true,
    bytes: () => end,
    take(name, dims) {
      const length = 2 * elementCount(dims);
      const offset = offsets.get(name) ?? end;
      if (!offsets.has(name)) end += length;
      offsets.set(name, offset);
      return { name, dims, dtype: 'F16', file, offset, length };
    },
  };
}

function build(network: string, form: GraphForm, weights: Weights = anyWeights()): { readonly graph: GraphFor; readonly model: ModelProto; readonly nodes: readonly NodeProto[] } {
  const graph = buildGraph(network, form, weights, OFFICIAL_GRAPHS[network] ?? (() => {}));
  const model = fromBinary(ModelProtoSchema, graph.model);
  return { graph, model, nodes: model.graph?.node ?? [] };
}

function countOf(nodes: readonly NodeProto[], op: string): number {
  return nodes.filter(({ opType }) => opType === op).length;
}

describe.each(Object.entries(FORMS))('graphs for %s', (_, form) => {
  it.each(Object.keys(OFFICIAL_GRAPHS))('%s: every value is made once, before it is used, and every weight is used where it lies', (network) => {
    const weights = anyWeights();
    const { model, nodes } = build(network, form, weights);
    const known = new Set([...(model.graph?.input ?? []), ...(model.graph?.initializer ?? [])].map(({ name }) => name));
    const used = new Set<string>();
    for (const { input, output } of nodes) {
      for (const name of input.filter((each) => each !== '')) {
        if (!known.has(name)) expect.fail(`${name} is used before it is made`);
        used.add(name);
      }
      for (const name of output.filter((each) => each !== '')) {
        if (known.has(name)) expect.fail(`${name} is made twice`);
        known.add(name);
      }
    }
    const outputs = model.graph?.output.map(({ name }) => name) ?? [];
    expect(outputs.filter((name) => !known.has(name))).toEqual([]);
    const initializers = model.graph?.initializer ?? [];
    expect(initializers.filter(({ name }) => !used.has(name)).map(({ name }) => name)).toEqual([]);
    // No weight is inside the model, and of those in the file none is left out or declared twice.
    const outside = initializers.filter(({ dataLocation }) => dataLocation === TensorProto_DataLocation.EXTERNAL);
    const lengths = outside.map(({ externalData }) => Number(externalData.find(({ key }) => key === 'length')?.value));
    expect(lengths.reduce((sum, length) => sum + length, 0)).toBe(weights.bytes());
    expect(initializers.filter((each) => !outside.includes(each)).every(({ rawData }) => rawData.length < 100_000)).toBe(true);
  });

  // The CPU would convert every node of a large float16 graph to float32 first: half a minute.
  const quick = Object.keys(OFFICIAL_GRAPHS).filter((network) => form.families.has('nhwc') || !network.endsWith('unet'));
  it.each(quick)('%s: onnxruntime finds types and shapes right', async (network) => {
    const { graph } = build(network, form);
    const options = {
      graphOptimizationLevel: 'disabled',
      logSeverityLevel: 4,
      extra: { session: { model_external_initializers_file_folder_path: graph.weightsRoot, disable_prepacking: '1' } },
    } as const;
    try {
      await (await ort.InferenceSession.create(graph.model, options)).release();
    } catch (error) {
      // The CPU has no kernels for some operators; that is told after the whole graph was found sound.
      expect(String(error)).toMatch(/(Could not find an implementation for |Failed to find kernel for com\.microsoft\.)(NhwcConv|GroupNorm|BiasSplitGelu)\(1\)/);
      expect(form.families.has('nhwc') || form.families.has('split-gelu')).toBe(true);
    }
  });
});

describe('CUDA graphs', () => {
  it("have the base UNet's convolutions, norms and GEGLUs in one operator each, and transpose maps only at the ends", () => {
    const { nodes } = build('base/unet', CUDA);
    const counts = ['NhwcConv', 'GroupNorm', 'BiasSplitGelu', 'MultiHeadAttention', 'Conv', 'InstanceNormalization', 'Gelu', 'Resize'].map((op) => [op, countOf(nodes, op)]);
    // 17 resnets of two convolutions, 11 of them with a shortcut, 2 halvings, 2 enlargements, first and last; 70 transformer blocks.
    expect(Object.fromEntries(counts)).toEqual({ NhwcConv: 51, GroupNorm: 46, BiasSplitGelu: 70, MultiHeadAttention: 140, Conv: 0, InstanceNormalization: 0, Gelu: 0, Resize: 2 });
    // Each block's three norms follow a sum but the first of each of the 11 transformers.
    expect([countOf(nodes, 'SkipLayerNormalization'), countOf(nodes, 'LayerNormalization')]).toEqual([3 * 70 - 11, 11]);
    const ofMaps = nodes.filter(({ opType, input }) => opType === 'Transpose' && !input[0]?.includes('@'));
    expect(ofMaps).toHaveLength(2);
  });

  it("write the refiner's GEGLUs plainly: its widths are none that the operator was compiled for", () => {
    const { nodes } = build('refiner/unet', CUDA);
    expect([countOf(nodes, 'BiasSplitGelu'), countOf(nodes, 'Gelu')]).toEqual([0, 44]);
  });

  it('give every NhwcConv a kernel of [out, height, width, in]: as it lies for 1×1, behind a Transpose of the stored one for 3×3', () => {
    const { model, nodes } = build('base/unet', CUDA);
    const dims = new Map(model.graph?.initializer.map((each) => [each.name, each.dims.map(Number)]));
    const makers = new Map(nodes.flatMap((node) => node.output.map((name) => [name, node] as const)));
    for (const { input, attribute } of nodes.filter(({ opType }) => opType === 'NhwcConv')) {
      const kernel = input[1] ?? '';
      const [size] = attribute.find(({ name }) => name === 'kernel_shape')?.ints.map(Number) ?? [];
      if (size === 1) {
        expect(dims.get(kernel)?.slice(1, 3)).toEqual([1, 1]);
        continue;
      }
      const transpose = makers.get(kernel);
      expect(transpose?.opType).toBe('Transpose');
      expect(transpose?.attribute[0]?.ints.map(Number)).toEqual([0, 2, 3, 1]);
      expect(dims.get(transpose?.input[0] ?? '')?.slice(2)).toEqual([3, 3]);
    }
  });

  it("cast to float32 GroupNorm's scale and shift, of all weights", () => {
    const { nodes } = build('base/unet', CUDA);
    const toFloat = nodes.filter(({ opType, attribute }) => opType === 'Cast' && attribute[0]?.i === BigInt(ELEMENT_TYPES.float32));
    const ofWeights = toFloat.filter(({ input }) => input[0]?.includes('@'));
    const norms = nodes.filter(({ opType }) => opType === 'GroupNorm').flatMap(({ input }) => input.slice(1));
    expect(new Set(ofWeights.flatMap(({ output }) => output))).toEqual(new Set(norms));
  });

  it('pad by an operator of its own where the VAE encoder pads unevenly', () => {
    const { nodes } = build('vae_encoder', { ...CUDA, type: 'float32' });
    expect(countOf(nodes, 'Pad')).toBe(3);
    const pads = nodes.filter(({ opType }) => opType === 'NhwcConv').map(({ attribute }) => attribute.find(({ name }) => name === 'pads')?.ints.join());
    expect(new Set(pads)).toEqual(new Set(['1,1,1,1', '0,0,0,0']));
  });
});

describe('WebGPU graphs', () => {
  it('have no causal attention in one operator, which the provider refuses', () => {
    const webgpu: GraphForm = { provider: 'webgpu', type: 'float16', families: new Set(['attention']) };
    expect(countOf(build('text_encoder', webgpu).nodes, 'MultiHeadAttention')).toBe(0);
    expect(countOf(build('base/unet', webgpu).nodes, 'MultiHeadAttention')).toBe(140);
  });
});
