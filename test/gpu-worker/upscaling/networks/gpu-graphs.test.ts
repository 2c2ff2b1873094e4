import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fromBinary } from '@bufbuild/protobuf';
import { ModelProtoSchema } from 'onnx-buf';
import type { NodeProto } from 'onnx-buf';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildGraph } from '../../../../gpu-worker/sdxl/networks/build-graph.ts';
import { FAMILIES, FAMILIES_OF } from '../../../../gpu-worker/sdxl/networks/graph-form.ts';
import type { GraphForm } from '../../../../gpu-worker/sdxl/networks/graph-form.ts';
import { ESRGAN_THICK } from '../../../../gpu-worker/upscaling/esrgan-thick/esrgan-thick.ts';
import { readNetwork } from '../../../../gpu-worker/upscaling/networks/read-network.ts';
import type { UpscalingNetwork } from '../../../../gpu-worker/upscaling/networks/upscaling-network.ts';
import { tempFolder, writeSafetensors } from '../../sdxl/safetensors/write-safetensors.ts';
import { smallCompact, smallRrdb } from './small-networks.ts';

const CUDA: GraphForm = { provider: 'cuda', type: 'float16', families: new Set(FAMILIES) };
const WEBGPU: GraphForm = { provider: 'webgpu', type: 'float16', families: new Set(FAMILIES_OF.webgpu) };
const FORMS: Readonly<Record<string, GraphForm>> = { 'cuda in float16': CUDA, 'cuda in float32': { ...CUDA, type: 'float32' }, 'webgpu in float16': WEBGPU };

let folder: string;
const networks: Record<string, UpscalingNetwork> = {};

beforeAll(async () => {
  folder = await tempFolder();
  const files = { rrdb: smallRrdb({ features: 4, growth: 2, blocks: 1, inChannels: 3 }), compact: smallCompact(4, 2, 4) };
  for (const [name, tensors] of Object.entries(files)) {
    const file = join(folder, `${name}.safetensors`);
    await writeSafetensors(file, tensors);
    networks[name] = await readNetwork(file);
  }
  networks['esrgan-thick'] = await readNetwork(ESRGAN_THICK);
});
afterAll(() => rm(folder, { recursive: true }));

function nodesOf(name: string, form: GraphForm) {
  const network = networks[name] ?? expect.fail(name);
  const { graph } = fromBinary(ModelProtoSchema, buildGraph(name, form, network.weights, (layers) => network.build(layers)).model);
  return graph ?? expect.fail('no graph');
}

const count = (nodes: readonly NodeProto[], op: string) => nodes.filter(({ opType }) => opType === op).length;

describe.each(Object.entries(FORMS))('upscaling graphs for %s', (_, form) => {
  it.each(['rrdb', 'compact', 'esrgan-thick'])('%s: every value is made once, before it is used, and goes in and out in float32', (name) => {
    const { node, input, output, initializer } = nodesOf(name, form);
    const known = new Set([...input, ...initializer].map((value) => value.name));
    for (const { input: used, output: made } of node) {
      for (const value of used.filter((each) => each !== '' && !known.has(each))) expect.fail(`${value} is used before it is made`);
      for (const value of made) {
        if (known.has(value)) expect.fail(`${value} is made twice`);
        known.add(value);
      }
    }
    const FLOAT32 = 1;
    expect([...input, ...output].map((value) => [value.name, value.type?.value.case === 'tensorType' && value.type.value.value.elemType])).toEqual([
      ['picture', FLOAT32],
      ['enlarged', FLOAT32],
    ]);
  });
});

describe('on CUDA', () => {
  it('all 154 convolutions of the one that ships have their channels last, and its shuffle alone has them first', () => {
    const { node } = nodesOf('esrgan-thick', CUDA);
    expect(count(node, 'NhwcConv')).toBe(154);
    expect(count(node, 'Conv')).toBe(0);
    const shuffle = node.find(({ opType }) => opType === 'DepthToSpace') ?? expect.fail('no shuffle');
    const before = node.find(({ output }) => output[0] === shuffle.input[0]);
    const after = node.find(({ input }) => input[0] === shuffle.output[0]);
    expect([before?.opType, after?.opType]).toEqual(['Transpose', 'Transpose']);
  });

  it('a PReLU is one operator', () => {
    const { node } = nodesOf('compact', CUDA);
    expect(count(node, 'PRelu')).toBe(3);
  });
});

it('on WebGPU, which has no PReLU, its two halves are computed apart', () => {
  const { node } = nodesOf('compact', WEBGPU);
  expect(count(node, 'PRelu')).toBe(0);
  expect(count(node, 'Relu')).toBe(3);
});
