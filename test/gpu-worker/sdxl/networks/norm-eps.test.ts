import { fromBinary } from '@bufbuild/protobuf';
import { ModelProtoSchema, type NodeProto } from 'onnx-buf';
import { describe, expect, it } from 'vitest';
import { buildGraph } from '../../../../gpu-worker/sdxl/networks/build-graph.ts';
import { CPU_FORM, FAMILIES, FAMILIES_OF, type GraphForm } from '../../../../gpu-worker/sdxl/networks/graph-form.ts';
import { elementCount } from '../../../../gpu-worker/sdxl/tensor.ts';
import { OFFICIAL_GRAPHS } from './official-networks.ts';

const FORMS: Readonly<Record<string, GraphForm>> = {
  cpu: CPU_FORM,
  cuda: { provider: 'cuda', type: 'float16', families: new Set(FAMILIES) },
  webgpu: { provider: 'webgpu', type: 'float16', families: new Set(FAMILIES_OF.webgpu) },
};

/** What keeps a norm from dividing by 0, by the norm's kind: how many nodes have it. */
function countEps(network: string, form: GraphForm): Readonly<Record<string, number>> {
  const anyWeights = { has: () => true, take: (name: string, dims: readonly number[]) => ({ name, dims, dtype: 'F16', file: '/weights.safetensors', offset: 0, length: 2 * elementCount(dims) }) as const };
  const { model } = buildGraph(network, form, anyWeights, OFFICIAL_GRAPHS[network] ?? (() => {}));
  const counts: Record<string, number> = {};
  for (const node of fromBinary(ModelProtoSchema, model).graph?.node ?? []) {
    const eps = epsOf(node);
    if (eps === undefined) continue;
    const what = `${/Layer/.test(node.opType) ? 'layer' : 'group'} norm ${eps.toExponential(0)}`;
    counts[what] = (counts[what] ?? 0) + 1;
  }
  return counts;
}

function epsOf({ attribute }: NodeProto): number | undefined {
  return attribute.find(({ name }) => name === 'epsilon')?.f;
}

/*
 * A tenth of the right eps moves a UNet's output by less than another runtime's rounding does, so that no recorded number
 * shows it; in half precision, where maps with little contrast occur, it is another matter. Counted in diffusers' modules:
 * a resnet has two norms, a Transformer2D one with an eps of its own, and each of its layers three.
 */
describe.each(Object.entries(FORMS))("every norm's eps is diffusers' in the graphs for %s", (_, form) => {
  it.each([
    ['base/unet', { 'group norm 1e-5': 2 * 17 + 1, 'group norm 1e-6': 11, 'layer norm 1e-5': 3 * 70 }],
    ['refiner/unet', { 'group norm 1e-5': 2 * 22 + 1, 'group norm 1e-6': 11, 'layer norm 1e-5': 3 * 44 }],
    ['text_encoder', { 'layer norm 1e-5': 2 * 12 + 1 }],
    ['text_encoder_2', { 'layer norm 1e-5': 2 * 32 + 1 }],
    ['vae_encoder', { 'group norm 1e-6': 2 * 10 + 2 }],
    ['vae_decoder', { 'group norm 1e-6': 2 * 14 + 2 }],
  ])('%s', (network, counts) => {
    expect(countEps(network, form)).toEqual(counts);
  });
});
