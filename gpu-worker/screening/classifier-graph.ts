import { Graph } from '../sdxl/onnx/graph.ts';
import type { BuiltGraph, Value } from '../sdxl/onnx/graph.ts';
import { ELEMENT_TYPES } from '../sdxl/onnx/model.ts';
import type { Weights } from '../sdxl/safetensors/weights.ts';

/** What the classifier tells apart, in the order of its output. */
export const CLASSES = ['drawing', 'hentai', 'neutral', 'porn', 'sexy'] as const;

/** Edge of the picture that it looks at, in pixels. */
export const SEEN_EDGE = 224;

/** How far blocks widen their channels inside. */
const EXPANSION = 6;
const FIRST_CHANNELS = 48;
const LAST_CHANNELS = 1792;
/** Channels, how often, and the first one's stride: table 2 of the paper, at width 1.4. */
const STAGES = [
  { channels: 24, blocks: 1, stride: 1 },
  { channels: 32, blocks: 2, stride: 2 },
  { channels: 48, blocks: 3, stride: 2 },
  { channels: 88, blocks: 4, stride: 2 },
  { channels: 136, blocks: 3, stride: 1 },
  { channels: 224, blocks: 3, stride: 2 },
  { channels: 448, blocks: 1, stride: 1 },
] as const;

interface Convolution {
  readonly from: number;
  readonly to: number;
  readonly kernel: 1 | 3;
  readonly stride: 1 | 2;
  /** Each channel by itself. */
  readonly depthwise: boolean;
  readonly clipped: boolean;
}

/**
 * MobileNetV2 (Sandler et al. 2018, https://arxiv.org/abs/1801.04381) with the weights of nsfwjs, as quantised as they lie in their
 * file: graph input `pixels` [batch, 3, 224, 224] from 0 to 1, output `scores` [batch, 5], summing to 1. Throws `BadWeights`.
 */
export function classifierGraph(weights: Weights): BuiltGraph {
  const graph = new Graph('nsfw classifier');
  const dequantised = (name: string, dims: readonly number[]): Value => {
    const { value } = graph.weight(weights.take(name, dims), { quantised: true });
    const numbers = graph.weightNode('Cast', [value], { to: { int: ELEMENT_TYPES.float32 } });
    const scaled = graph.weightNode('Mul', [numbers, graph.weight(weights.take(`${name}.scale`, [])).value]);
    return graph.weightNode('Add', [scaled, graph.weight(weights.take(`${name}.min`, [])).value]);
  };
  const convolve = (x: Value, name: string, { from, to, kernel, stride, depthwise, clipped }: Convolution): Value => {
    const weight = dequantised(`${name}.weight`, [to, depthwise ? 1 : from, kernel, kernel]);
    const value = graph.node('Conv', [x, weight, dequantised(`${name}.bias`, [to])], {
      kernel_shape: { ints: [kernel, kernel] },
      strides: { ints: [stride, stride] },
      group: { int: depthwise ? from : 1 },
      auto_pad: { text: 'SAME_UPPER' },
    });
    return clipped ? graph.node('Clip', [value, graph.floats([0], []), graph.floats([6], [])]) : value;
  };

  const input = graph.input('pixels', 'float32', ['batch', 3, SEEN_EDGE, SEEN_EDGE]);
  const centred = graph.node('Sub', [graph.node('Mul', [input, graph.floats([2])]), graph.floats([1])]);
  const point = { kernel: 1, stride: 1, depthwise: false } as const;
  let x = convolve(centred, 'first', { from: 3, to: FIRST_CHANNELS, kernel: 3, stride: 2, depthwise: false, clipped: true });
  let channels = FIRST_CHANNELS;
  let index = 0;
  for (const stage of STAGES) {
    for (let i = 0; i < stage.blocks; i += 1, index += 1) {
      const stride = i === 0 ? stage.stride : 1;
      const name = `blocks.${index}`;
      // The first block has nothing to widen.
      const wide = index === 0 ? channels : channels * EXPANSION;
      const widened = index === 0 ? x : convolve(x, `${name}.expand`, { ...point, from: channels, to: wide, clipped: true });
      const filtered = convolve(widened, `${name}.depthwise`, { from: wide, to: wide, kernel: 3, stride, depthwise: true, clipped: true });
      const projected = convolve(filtered, `${name}.project`, { ...point, from: wide, to: stage.channels, clipped: false });
      x = stride === 1 && channels === stage.channels ? graph.node('Add', [x, projected]) : projected;
      channels = stage.channels;
    }
  }
  const last = convolve(x, 'last', { ...point, from: channels, to: LAST_CHANNELS, clipped: true });
  const features = graph.node('Flatten', [graph.node('GlobalAveragePool', [last])]);
  const logits = graph.node('Gemm', [features, dequantised('classes.weight', [CLASSES.length, LAST_CHANNELS]), dequantised('classes.bias', [CLASSES.length])], { transB: { int: 1 } });
  graph.output('scores', 'float32', ['batch', CLASSES.length], graph.node('Softmax', [logits], { axis: { int: 1 } }));
  return graph.build();
}
