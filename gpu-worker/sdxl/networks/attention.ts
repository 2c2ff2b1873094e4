import type { Value } from '../onnx/graph.ts';
import type { GraphWriter } from './graph-writer.ts';

export interface Attention {
  /** [batch × tokens, width] each. */
  readonly queries: Value;
  readonly keys: Value;
  readonly values: Value;
  readonly width: number;
  readonly heads: number;
  /** So many tokens, none of which sees a later one; absent: every token sees all. */
  readonly causalTokens: number | undefined;
}

/** Added to a score, it leaves no weight after the softmax, and fits into float16. */
const UNSEEN = -10_000;

/** Scaled dot-product attention within each sample (https://arxiv.org/abs/1706.03762); [batch × tokens, width]. */
export function attend(writer: GraphWriter, attention: Attention): Value {
  const { graph, form } = writer;
  // WebGPU's kernel knows no causal attention, and refuses to be made.
  const isFused = form.families.has('attention') && !(form.provider === 'webgpu' && attention.causalTokens !== undefined);
  const attended = isFused ? fused(writer, attention) : plain(writer, attention);
  return graph.node('Reshape', [attended, graph.ints([-1, attention.width])]);
}

function fused(writer: GraphWriter, { queries, keys, values, width, heads, causalTokens }: Attention): Value {
  const inputs = [queries, keys, values].map((x) => writer.graph.node('Reshape', [x, writer.perSample(width)]));
  return writer.graph.microsoftNode('MultiHeadAttention', inputs, {
    num_heads: { int: heads },
    ...(causalTokens === undefined ? {} : { unidirectional: { int: 1 } }),
  });
}

function plain(writer: GraphWriter, { queries, keys, values, width, heads, causalTokens }: Attention): Value {
  const { graph } = writer;
  const size = width / heads;
  /** [batch, heads, tokens, size], or with the last two swapped. */
  const byHead = (x: Value, last: 'size' | 'tokens'): Value => {
    const split = graph.node('Reshape', [x, writer.perSample(heads, size)]);
    return graph.node('Transpose', [split], { perm: { ints: last === 'size' ? [0, 2, 1, 3] : [0, 2, 3, 1] } });
  };
  // Scaled before the product, so that float16 does not overflow in it.
  const scaled = graph.node('Mul', [byHead(queries, 'size'), writer.floats([1 / Math.sqrt(size)])]);
  const scores = graph.node('MatMul', [scaled, byHead(keys, 'tokens')]);
  const seen = causalTokens === undefined ? scores : graph.node('Add', [scores, causalMask(writer, causalTokens)]);
  const weights = graph.node('Softmax', [seen], { axis: { int: -1 } });
  const attended = graph.node('MatMul', [weights, byHead(values, 'size')]);
  return graph.node('Transpose', [attended], { perm: { ints: [0, 2, 1, 3] } });
}

/** [tokens, tokens]: a row per token, `UNSEEN` at every later one. */
function causalMask(writer: GraphWriter, tokens: number): Value {
  return writer.once(`causal mask of ${tokens}`, () => {
    const mask = Array.from({ length: tokens ** 2 }, (_, i) => (i % tokens > Math.floor(i / tokens) ? UNSEEN : 0));
    return writer.floats(mask, [tokens, tokens]);
  });
}
