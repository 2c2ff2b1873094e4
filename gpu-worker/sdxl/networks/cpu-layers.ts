import type { Graph } from '../onnx/graph.ts';
import type { Weights } from '../safetensors/weights.ts';
import { CPU_FORM } from './graph-form.ts';
import { GraphWriter } from './graph-writer.ts';
import { NchwLayers } from './nchw-layers.ts';

/** Layers for onnxruntime's CPU provider: computed in float32 whatever the weights are stored in (a Cast at each use). */
export class CpuLayers extends NchwLayers {
  constructor(graph: Graph, weights: Weights) {
    super(new GraphWriter(graph, weights, CPU_FORM));
  }
}
