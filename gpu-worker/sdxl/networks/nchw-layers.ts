import type { Value } from '../onnx/graph.ts';
import type { Attribute } from '../onnx/model.ts';
import { activate } from './activate.ts';
import type { ConvOptions, FeatureMap, Rows, UpscalingLayers } from './layers.ts';
import { leakyRelu, prelu } from './rectify.ts';
import { RowLayers, rows } from './row-layers.ts';

/** Layers whose maps lie in memory as [batch, channels, height, width], in operators that every provider has. */
export class NchwLayers extends RowLayers implements UpscalingLayers {
  mapInput(name: string, channels: number): FeatureMap {
    const { outer, inner } = this.writer.input(name, ['batch', channels, `${name} height`, `${name} width`]);
    this.writer.takeBatchFrom(outer);
    return map(inner, channels);
  }

  output(name: string, x: FeatureMap | Rows): void {
    const dims = x.kind === 'map' ? [`${name} batch`, x.channels, `${name} height`, `${name} width`] : [`${name} rows`, x.width];
    this.writer.output(name, dims, x.kind === 'map' ? x.value : this.valueOf(x));
  }

  conv(x: FeatureMap, name: string, { channels, kernel, stride = 1, pad = 'all-sides', bias = true }: ConvOptions): FeatureMap {
    const before = pad === 'right-bottom' ? 0 : (kernel - 1) / 2;
    const after = pad === 'right-bottom' ? 1 : before;
    const weight = this.writer.weight(`${name}.weight`, [channels, x.channels, kernel, kernel]);
    const value = this.writer.graph.node('Conv', [x.value, weight, ...(bias ? [this.writer.weight(`${name}.bias`, [channels])] : [])], {
      kernel_shape: { ints: [kernel, kernel] },
      strides: { ints: [stride, stride] },
      pads: { ints: [before, before, after, after] },
    });
    return map(value, channels);
  }

  groupNorm(x: FeatureMap, name: string, { groups, eps, silu }: { groups: number; eps: number; silu: boolean }): FeatureMap {
    const { graph } = this.writer;
    // There is no GroupNorm kernel on CPU: each group is one long channel of an instance norm.
    const grouped = graph.node('Reshape', [x.value, graph.ints([0, groups, -1])]);
    const ones = this.writer.floats(Array.from({ length: groups }, () => 1));
    const zeros = this.writer.floats(Array.from({ length: groups }, () => 0));
    const normed = graph.node('InstanceNormalization', [grouped, ones, zeros], { epsilon: { float: eps } });
    const restored = graph.node('Reshape', [normed, this.writer.shapeOf(x.value)]);
    const scaled = graph.node('Mul', [restored, this.writer.weight(`${name}.weight`, [x.channels], [x.channels, 1, 1])]);
    const shifted = graph.node('Add', [scaled, this.writer.weight(`${name}.bias`, [x.channels], [x.channels, 1, 1])]);
    return map(silu ? activate(graph, shifted, 'silu') : shifted, x.channels);
  }

  addMaps(a: FeatureMap, b: FeatureMap): FeatureMap {
    return map(this.writer.graph.node('Add', [a.value, b.value]), a.channels);
  }

  scaleMap(x: FeatureMap, input: string, factor: number): FeatureMap {
    return map(this.writer.scale(x.value, input, factor), x.channels);
  }

  addToPixels(x: FeatureMap, perSample: Rows): FeatureMap {
    const { graph } = this.writer;
    const column = graph.node('Reshape', [this.valueOf(perSample), graph.ints([-1, x.channels, 1, 1])]);
    return map(graph.node('Add', [x.value, column]), x.channels);
  }

  concatChannels(a: FeatureMap, b: FeatureMap): FeatureMap {
    return map(this.writer.graph.node('Concat', [a.value, b.value], { axis: { int: 1 } }), a.channels + b.channels);
  }

  enlargeTo(x: FeatureMap, like: FeatureMap): FeatureMap {
    return this.#resize(x, ['', '', this.#heightWidthOf(like)], { axes: { ints: [2, 3] } });
  }

  enlargeTwice(x: FeatureMap): FeatureMap {
    return this.#resize(x, ['', this.writer.graph.floats([1, 1, 2, 2])], {});
  }

  toRows(x: FeatureMap): Rows {
    const { graph } = this.writer;
    const pixelsLast = graph.node('Transpose', [x.value], { perm: { ints: [0, 2, 3, 1] } });
    return rows(graph.node('Reshape', [pixelsLast, graph.ints([-1, x.channels])]), x.channels);
  }

  toMap(x: Rows, like: FeatureMap): FeatureMap {
    const { graph } = this.writer;
    const heightWidth = this.#heightWidthOf(like);
    const shape = graph.node('Concat', [graph.ints([-1]), heightWidth, graph.ints([x.width])], { axis: { int: 0 } });
    const pixelsLast = graph.node('Reshape', [this.valueOf(x), shape]);
    return map(graph.node('Transpose', [pixelsLast], { perm: { ints: [0, 3, 1, 2] } }), x.width);
  }

  leakyRelu(x: FeatureMap, slope: number): FeatureMap {
    return map(leakyRelu(this.writer, x.value, slope), x.channels);
  }

  prelu(x: FeatureMap, name: string): FeatureMap {
    return map(prelu(this.writer, x.value, name, x.channels, [x.channels, 1, 1]), x.channels);
  }

  multiply(x: FeatureMap, factor: number): FeatureMap {
    return map(this.writer.graph.node('Mul', [x.value, this.writer.floats([factor])]), x.channels);
  }

  pixelShuffle(x: FeatureMap, factor: number): FeatureMap {
    const value = this.writer.graph.node('DepthToSpace', [x.value], { blocksize: { int: factor }, mode: { text: 'CRD' } });
    return map(value, x.channels / factor ** 2);
  }

  #heightWidthOf(x: FeatureMap): Value {
    const { graph } = this.writer;
    return graph.node('Slice', [this.writer.shapeOf(x.value), graph.ints([2]), graph.ints([4])]);
  }

  #resize(x: FeatureMap, roiScalesSizes: readonly Value[], attributes: { readonly axes?: Attribute }): FeatureMap {
    return map(this.writer.graph.node('Resize', [x.value, ...roiScalesSizes], { ...NEAREST, ...attributes }), x.channels);
  }
}

/** Every pixel becomes a block of equal ones, as torch's nearest neighbour has it. */
export const NEAREST = {
  mode: { text: 'nearest' },
  nearest_mode: { text: 'floor' },
  coordinate_transformation_mode: { text: 'asymmetric' },
} as const;

export function map(value: Value, channels: number): FeatureMap {
  return { kind: 'map', value, channels };
}
