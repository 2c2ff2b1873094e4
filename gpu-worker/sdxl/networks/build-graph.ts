import { Graph } from '../onnx/graph.ts';
import type { BuiltGraph } from '../onnx/graph.ts';
import type { Weights } from '../safetensors/weights.ts';
import type { GraphForm, Provider } from './graph-form.ts';
import { GraphWriter } from './graph-writer.ts';
import type { UpscalingLayers } from './layers.ts';
import { NchwLayers } from './nchw-layers.ts';
import { NhwcLayers } from './nhwc-layers.ts';

/** A graph and the provider that it was written for. */
export interface GraphFor extends BuiltGraph {
  readonly provider: Provider;
}

/**
 * 18 is the oldest that has every operator used. CUDA's kernels of Pad, Resize and Reshape followed the later versions release by release,
 * and a node without a kernel goes to the CPU with all its data.
 */
const OPSET = { cpu: 21, cuda: 18, webgpu: 18 } as const;

/** Builds one network's graph in one form. Throws `BadWeights` when a tensor is missing or has another shape. */
export function buildGraph(name: string, form: GraphForm, weights: Weights, build: (layers: UpscalingLayers) => void): GraphFor {
  const graph = new Graph(name, OPSET[form.provider]);
  const writer = new GraphWriter(graph, weights, form);
  build(form.families.has('nhwc') ? new NhwcLayers(writer) : new NchwLayers(writer));
  return { ...graph.build(), provider: form.provider };
}
