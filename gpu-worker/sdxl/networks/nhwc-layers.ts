import type { Value } from '../onnx/graph.ts';
import type { ConvOptions, FeatureMap, Rows, UpscalingLayers } from './layers.ts';
import { NEAREST, map } from './nchw-layers.ts';
import { leakyRelu, prelu } from './rectify.ts';
import { RowLayers, rows } from './row-layers.ts';

/** GroupNorm's `activation`. */
const NONE = 0;
const SILU = 1;

/**
 * Layers whose maps lie in memory as [batch, height, width, channels], for the CUDA provider: tensor cores want it so, and rows of
 * pixels are the same bytes. Only a graph's inputs and outputs are transposed.
 *
 * NhwcConv wants its weights as [out, height, width, in], and as initializers: the provider hands the node to the CPU, which has none,
 * otherwise. 1×1 kernels are the same bytes either way. 3×3 kernels stand behind a Transpose that onnxruntime computes once, when the
 * session is created (a copy of 0.6 GB in float16 for the base's UNet, 1.6 GB for the refiner's, until it lies on the GPU).
 */
export class NhwcLayers extends RowLayers implements UpscalingLayers {
  mapInput(name: string, channels: number): FeatureMap {
    const { outer, inner } = this.writer.input(name, ['batch', channels, `${name} height`, `${name} width`]);
    this.writer.takeBatchFrom(outer);
    return map(this.#transpose(inner, [0, 2, 3, 1]), channels);
  }

  output(name: string, x: FeatureMap | Rows): void {
    if (x.kind === 'rows') return this.writer.output(name, [`${name} rows`, x.width], this.valueOf(x));
    this.writer.output(name, [`${name} batch`, x.channels, `${name} height`, `${name} width`], this.#transpose(x.value, [0, 3, 1, 2]));
  }

  conv(x: FeatureMap, name: string, { channels, kernel, stride = 1, pad = 'all-sides', bias = true }: ConvOptions): FeatureMap {
    const { graph } = this.writer;
    // Uneven padding apart: cuDNN's planner finds nothing for it in some versions.
    const padded = pad === 'right-bottom' ? graph.node('Pad', [x.value, graph.ints([0, 0, 0, 0, 0, 1, 1, 0])]) : x.value;
    const border = pad === 'right-bottom' ? 0 : (kernel - 1) / 2;
    const inputs = [padded, this.#kernel(`${name}.weight`, channels, x.channels, kernel), ...(bias ? [this.writer.weight(`${name}.bias`, [channels])] : [])];
    const value = graph.microsoftNode('NhwcConv', inputs, {
      kernel_shape: { ints: [kernel, kernel] },
      strides: { ints: [stride, stride] },
      pads: { ints: [border, border, border, border] },
      dilations: { ints: [1, 1] },
      group: { int: 1 },
    });
    return map(value, channels);
  }

  groupNorm(x: FeatureMap, name: string, { groups, eps, silu }: { groups: number; eps: number; silu: boolean }): FeatureMap {
    const { graph, weights } = this.writer;
    if (x.channels % (2 * groups) !== 0) return this.#plainGroupNorm(x, name, { groups, eps, silu });
    // Scale and shift in float32, whatever the map is in.
    const [scale = '', shift = ''] = ['weight', 'bias'].map((part) => this.writer.use(weights.take(`${name}.${part}`, [x.channels]), 'float32'));
    const value = graph.microsoftNode('GroupNorm', [x.value, scale, shift], {
      groups: { int: groups },
      epsilon: { float: eps },
      activation: { int: silu ? SILU : NONE },
      channels_last: { int: 1 },
    });
    return map(value, x.channels);
  }

  addMaps(a: FeatureMap, b: FeatureMap): FeatureMap {
    return map(this.writer.graph.node('Add', [a.value, b.value]), a.channels);
  }

  scaleMap(x: FeatureMap, input: string, factor: number): FeatureMap {
    return map(this.writer.scale(x.value, input, factor), x.channels);
  }

  addToPixels(x: FeatureMap, perSample: Rows): FeatureMap {
    const { graph } = this.writer;
    const pixel = graph.node('Reshape', [this.valueOf(perSample), graph.ints([-1, 1, 1, x.channels])]);
    return map(graph.node('Add', [x.value, pixel]), x.channels);
  }

  concatChannels(a: FeatureMap, b: FeatureMap): FeatureMap {
    return map(this.writer.graph.node('Concat', [a.value, b.value], { axis: { int: 3 } }), a.channels + b.channels);
  }

  enlargeTo(x: FeatureMap, like: FeatureMap): FeatureMap {
    return map(this.writer.graph.node('Resize', [x.value, '', '', this.#shapeFor(like, x.channels)], NEAREST), x.channels);
  }

  enlargeTwice(x: FeatureMap): FeatureMap {
    const { graph } = this.writer;
    return map(graph.node('Resize', [x.value, '', graph.floats([1, 2, 2, 1])], NEAREST), x.channels);
  }

  toRows(x: FeatureMap): Rows {
    const { graph } = this.writer;
    return rows(graph.node('Reshape', [x.value, graph.ints([-1, x.channels])]), x.channels);
  }

  toMap(x: Rows, like: FeatureMap): FeatureMap {
    return map(this.writer.graph.node('Reshape', [this.valueOf(x), this.#shapeFor(like, x.width)]), x.width);
  }

  leakyRelu(x: FeatureMap, slope: number): FeatureMap {
    return map(leakyRelu(this.writer, x.value, slope), x.channels);
  }

  prelu(x: FeatureMap, name: string): FeatureMap {
    return map(prelu(this.writer, x.value, name, x.channels, [x.channels]), x.channels);
  }

  multiply(x: FeatureMap, factor: number): FeatureMap {
    return map(this.writer.graph.node('Mul', [x.value, this.writer.floats([factor])]), x.channels);
  }

  /** ONNX's operator wants channels first. */
  pixelShuffle(x: FeatureMap, factor: number): FeatureMap {
    const shuffled = this.writer.graph.node('DepthToSpace', [this.#transpose(x.value, [0, 3, 1, 2])], { blocksize: { int: factor }, mode: { text: 'CRD' } });
    return map(this.#transpose(shuffled, [0, 2, 3, 1]), x.channels / factor ** 2);
  }

  /** The kernel's operator takes two channels at a time; odd groups go the way of the CPU. */
  #plainGroupNorm(x: FeatureMap, name: string, { groups, eps, silu }: { groups: number; eps: number; silu: boolean }): FeatureMap {
    const { graph } = this.writer;
    const channelsFirst = this.#transpose(x.value, [0, 3, 1, 2]);
    const grouped = graph.node('Reshape', [channelsFirst, graph.ints([0, groups, -1])]);
    const [ones, zeros] = [1, 0].map((value) => this.writer.floats(Array.from({ length: groups }, () => value)));
    const normed = graph.node('InstanceNormalization', [grouped, ones ?? '', zeros ?? ''], { epsilon: { float: eps } });
    const restored = this.#transpose(graph.node('Reshape', [normed, this.writer.shapeOf(channelsFirst)]), [0, 2, 3, 1]);
    const scaled = graph.node('Mul', [restored, this.writer.weight(`${name}.weight`, [x.channels])]);
    const shifted = graph.node('Add', [scaled, this.writer.weight(`${name}.bias`, [x.channels])]);
    return map(silu ? graph.microsoftNode('QuickGelu', [shifted], { alpha: { float: 1 } }) : shifted, x.channels);
  }

  #kernel(name: string, channels: number, from: number, size: 1 | 3): Value {
    if (size === 1) return this.writer.weight(name, [channels, from, 1, 1], [channels, 1, 1, from]);
    const stored = this.writer.weight(name, [channels, from, size, size]);
    return this.writer.once(`${stored} channels last`, () => this.writer.graph.weightNode('Transpose', [stored], { perm: { ints: [0, 2, 3, 1] } }));
  }

  /** The shape [batch, height, width, channels] with the first three of a map. */
  #shapeFor(like: FeatureMap, channels: number): Value {
    const { graph } = this.writer;
    const first = graph.node('Slice', [this.writer.shapeOf(like.value), graph.ints([0]), graph.ints([3])]);
    return graph.node('Concat', [first, graph.ints([channels])], { axis: { int: 0 } });
  }

  #transpose(x: Value, perm: readonly number[]): Value {
    return this.writer.graph.node('Transpose', [x], { perm: { ints: perm } });
  }
}
