import { Graph } from '../../../../gpu-worker/sdxl/onnx/graph.ts';
import type { SessionSource } from '../../../../gpu-worker/sdxl/session/session-options.ts';

/** y = −x over any number of floats. */
export function negation(): SessionSource {
  const graph = new Graph('negation');
  const x = graph.input('x', 'float32', ['n']);
  graph.output('y', 'float32', ['n'], graph.node('Neg', [x]));
  return { name: 'negation', ...graph.build() };
}

/** Keeps a core busy for seconds: x, an n × n matrix, multiplied by itself again and again. */
export function slowGraph(): SessionSource {
  const graph = new Graph('slow');
  const x = graph.input('x', 'float32', ['n', 'n']);
  let product = x;
  for (let i = 0; i < 400; i++) product = graph.node('MatMul', [product, x]);
  graph.output('y', 'float32', ['n', 'n'], product);
  return { name: 'slow', ...graph.build() };
}
