import { Graph } from '../onnx/graph.ts';
import type { BuiltGraph } from '../onnx/graph.ts';
import type { Weights } from '../safetensors/weights.ts';
import { CpuLayers } from './cpu-layers.ts';
import type { Layers } from './layers.ts';

/** onnxruntime's execution providers that there are graphs for. */
export type Provider = 'cpu';

const LAYERS: Readonly<Record<Provider, new (graph: Graph, weights: Weights) => Layers>> = { cpu: CpuLayers };

/** Builds one network's graph for one provider. Throws `BadWeights` when a tensor is missing or has another shape. */
export function buildGraph(name: string, provider: Provider, weights: Weights, build: (layers: Layers) => void): BuiltGraph {
  const graph = new Graph(name);
  build(new LAYERS[provider](graph, weights));
  return graph.build();
}
