import type { Graph, Value } from '../onnx/graph.ts';
import type { Activation } from './layers.ts';

/** quick_gelu is x · sigmoid(1.702 x), silu the same with 1: https://arxiv.org/abs/1606.08415 */
const SIGMOID_SLOPE = { silu: 1, quick_gelu: 1.702 } as const;

/** Both operators have a kernel on every provider that there are graphs for. */
export function activate(graph: Graph, x: Value, activation: Activation): Value {
  if (activation === 'gelu') return graph.microsoftNode('Gelu', [x]);
  return graph.microsoftNode('QuickGelu', [x], { alpha: { float: SIGMOID_SLOPE[activation] } });
}
