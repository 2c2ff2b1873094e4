import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { fromBinary } from '@bufbuild/protobuf';
import { ModelProtoSchema } from 'onnx-buf';
import { describe, expect, it } from 'vitest';
import { CpuLayers } from '../../../../gpu-worker/sdxl/networks/cpu-layers.ts';
import type { Layers } from '../../../../gpu-worker/sdxl/networks/layers.ts';
import { parseTextEncoderConfig } from '../../../../gpu-worker/sdxl/networks/text-encoder-config.ts';
import { buildTextEncoder } from '../../../../gpu-worker/sdxl/networks/text-encoder-graph.ts';
import { parseUNetConfig } from '../../../../gpu-worker/sdxl/networks/unet-config.ts';
import { buildUNet } from '../../../../gpu-worker/sdxl/networks/unet-graph.ts';
import { parseVaeConfig } from '../../../../gpu-worker/sdxl/networks/vae-config.ts';
import { buildVaeDecoder, buildVaeEncoder } from '../../../../gpu-worker/sdxl/networks/vae-graph.ts';
import { Graph } from '../../../../gpu-worker/sdxl/onnx/graph.ts';
import type { Weights } from '../../../../gpu-worker/sdxl/safetensors/weights.ts';
import { elementCount } from '../../../../gpu-worker/sdxl/tensor.ts';

interface Official {
  readonly config: unknown;
  readonly parameters: number;
  readonly shapes: Readonly<Record<string, readonly number[]>>;
}

// Configs and parameter shapes of the real SDXL 1.0 networks, printed by diffusers 0.31 and transformers 4.45 (meta device).
const { components }: { components: Record<string, Official> } = JSON.parse(
  gunzipSync(readFileSync(new URL('../../../reference/official-shapes.json.gz', import.meta.url))).toString(),
);

const networks: Readonly<Record<string, (layers: Layers, config: unknown) => void>> = {
  'base/unet': (layers, config) => buildUNet(layers, parseUNetConfig('config.json', config)),
  'refiner/unet': (layers, config) => buildUNet(layers, parseUNetConfig('config.json', config)),
  text_encoder: (layers, config) => buildTextEncoder(layers, parseTextEncoderConfig('config.json', config)),
  text_encoder_2: (layers, config) => buildTextEncoder(layers, parseTextEncoderConfig('config.json', config)),
  vae: (layers, config) => {
    buildVaeEncoder(layers, parseVaeConfig('config.json', config));
    buildVaeDecoder(layers, parseVaeConfig('config.json', config));
  },
};

describe('the graph built from an official SDXL 1.0 config', () => {
  for (const [name, build] of Object.entries(networks)) {
    it(`asks for exactly the tensors of ${name}, each in its shape`, () => {
      const official = components[name];
      if (official === undefined) throw new Error(`no shapes of ${name}`);
      const asked = recordWeights((layers) => build(layers, official.config));
      expect(asked).toEqual(official.shapes);
      expect(Object.values(asked).reduce((sum, dims) => sum + elementCount(dims), 0)).toBe(official.parameters);
    });
  }

  it('casts every weight before anything else is listed, so that none is cast long before its use', () => {
    const graph = new Graph('unet');
    buildUNet(new CpuLayers(graph, anyWeights()), parseUNetConfig('config.json', components['base/unet']?.config));
    const ops = fromBinary(ModelProtoSchema, graph.build().model).graph?.node.map(({ opType }) => opType) ?? [];
    // 1,680 tensors, and each GEGLU's weight and bias a second time, in halves: 70 transformer blocks.
    expect(ops.lastIndexOf('Cast')).toBe(1680 + 2 * 70 - 1);
    expect(ops.indexOf('Conv')).toBeGreaterThan(ops.lastIndexOf('Cast'));
  });

  it('counts 2,567,463,684 parameters in the base UNet and 2,259,526,660 in the refiner', () => {
    expect([components['base/unet']?.parameters, components['refiner/unet']?.parameters]).toEqual([2_567_463_684, 2_259_526_660]);
  });
});

function recordWeights(build: (layers: Layers) => void): Record<string, readonly number[]> {
  const asked: Record<string, readonly number[]> = {};
  build(new CpuLayers(new Graph('recorded'), anyWeights((name, dims) => (asked[name] = dims))));
  return asked;
}

/** Weights that have whatever they are asked for. */
function anyWeights(onTake: (name: string, dims: readonly number[]) => void = () => {}): Weights {
  return {
    has: () => true,
    take(name, dims) {
      onTake(name, dims);
      return { name, dims, dtype: 'F16', file: '/weights.safetensors', offset: 0, length: 2 * elementCount(dims) };
    },
  };
}
