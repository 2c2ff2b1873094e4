import type { GraphWriter } from './graph-writer.ts';
import type { Value } from '../onnx/graph.ts';

/** x where it is positive, `slope` · x elsewhere. */
export function leakyRelu({ graph }: GraphWriter, x: Value, slope: number): Value {
  return slope === 0 ? graph.node('Relu', [x]) : graph.node('LeakyRelu', [x], { alpha: { float: slope } });
}

/** The same with slopes that lie in the weight `name`, declared in the shape `as` that spreads them over a map. */
export function prelu(writer: GraphWriter, x: Value, name: string, channels: number, as: readonly number[]): Value {
  const { graph } = writer;
  const slopes = writer.weight(name, [channels], as);
  if (writer.form.provider !== 'webgpu') return graph.node('PRelu', [x, slopes]);
  // There is no kernel of PRelu: what is negative is what is left when the positive part is taken away.
  const positive = graph.node('Relu', [x]);
  return graph.node('Add', [positive, graph.node('Mul', [graph.node('Sub', [x, positive]), slopes])]);
}
