import { buildGraph } from '../sdxl/networks/build-graph.ts';
import type { GraphForm } from '../sdxl/networks/graph-form.ts';
import type { SessionSource } from '../sdxl/session/session-options.ts';
import type { UpscalingNetwork } from './networks/upscaling-network.ts';

/** A network's graph in one form, and how its numbers are computed there. Throws `BadWeights`. */
export interface PlannedNetwork {
  readonly form: GraphForm;
  readonly source: SessionSource;
}

export function planNetwork(name: string, network: UpscalingNetwork, form: GraphForm): PlannedNetwork {
  return { form, source: { name, ...buildGraph(name, form, network.weights, (layers) => network.build(layers)) } };
}
