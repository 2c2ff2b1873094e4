import type { Graph, Value } from '../onnx/graph.ts';
import { ELEMENT_TYPES } from '../onnx/model.ts';
import type { Attribute } from '../onnx/model.ts';
import type { Weight, Weights } from '../safetensors/weights.ts';
import type { Activation, AttentionInput, ConvOptions, FeatureMap, Layers, Rows } from './layers.ts';

/** quick_gelu is x · sigmoid(1.702 x), silu the same with 1: https://arxiv.org/abs/1606.08415 */
const SIGMOID_SLOPE = { silu: 1, quick_gelu: 1.702 } as const;

const TO_FLOAT32 = { to: { int: ELEMENT_TYPES.float32 } } as const;

/**
 * Layers for onnxruntime's CPU provider: NCHW, computed in float32 whatever the weights are stored in (a Cast at each use;
 * half-precision arithmetic is emulated on CPUs, and slow). Linear weights stay [out, in] as torch stores them: Gemm transposes.
 */
export class CpuLayers implements Layers {
  readonly #graph: Graph;
  readonly #weights: Weights;
  readonly #casts = new Map<Value, Value>();
  /** Shapes and scales by what they are of: each is computed once. */
  readonly #computed = new Map<string, Value>();
  readonly #scalars = new Map<string, Value>();
  #batch: Value | undefined;

  constructor(graph: Graph, weights: Weights) {
    this.#graph = graph;
    this.#weights = weights;
  }

  mapInput(name: string, channels: number): FeatureMap {
    const value = this.#graph.input(name, 'float32', ['batch', channels, `${name} height`, `${name} width`]);
    this.#takeBatchFrom(value);
    return map(value, channels);
  }

  rowsInput(name: string, width: number, per: 'sample' | 'token'): Rows {
    if (per === 'sample') return rows(this.#graph.input(name, 'float32', ['batch', width]), width);
    const value = this.#graph.input(name, 'float32', ['batch', `${name} tokens`, width]);
    return rows(this.#graph.node('Reshape', [value, this.#graph.ints([-1, width])]), width);
  }

  output(name: string, x: FeatureMap | Rows): void {
    const dims = x.kind === 'map' ? [`${name} batch`, x.channels, `${name} height`, `${name} width`] : [`${name} rows`, x.width];
    this.#graph.output(name, 'float32', dims, x.value);
  }

  conv(x: FeatureMap, name: string, { channels, kernel, stride = 1, pad = 'all-sides', bias = true }: ConvOptions): FeatureMap {
    const before = pad === 'right-bottom' ? 0 : (kernel - 1) / 2;
    const after = pad === 'right-bottom' ? 1 : before;
    const weight = this.#weight(`${name}.weight`, [channels, x.channels, kernel, kernel]);
    const value = this.#graph.node('Conv', [x.value, weight, ...(bias ? [this.#weight(`${name}.bias`, [channels])] : [])], {
      kernel_shape: { ints: [kernel, kernel] },
      strides: { ints: [stride, stride] },
      pads: { ints: [before, before, after, after] },
    });
    return map(value, channels);
  }

  groupNorm(x: FeatureMap, name: string, { groups, eps, silu }: { groups: number; eps: number; silu: boolean }): FeatureMap {
    // There is no GroupNorm kernel on CPU: each group is one long channel of an instance norm.
    const grouped = this.#graph.node('Reshape', [x.value, this.#graph.ints([0, groups, -1])]);
    const ones = this.#graph.floats(Array.from({ length: groups }, () => 1));
    const zeros = this.#graph.floats(Array.from({ length: groups }, () => 0));
    const normed = this.#graph.node('InstanceNormalization', [grouped, ones, zeros], { epsilon: { float: eps } });
    const restored = this.#graph.node('Reshape', [normed, this.#shapeOf(x)]);
    const scaled = this.#graph.node('Mul', [restored, this.#weight(`${name}.weight`, [x.channels], [x.channels, 1, 1])]);
    const shifted = this.#graph.node('Add', [scaled, this.#weight(`${name}.bias`, [x.channels], [x.channels, 1, 1])]);
    return map(silu ? this.#activate(shifted, 'silu') : shifted, x.channels);
  }

  addMaps(a: FeatureMap, b: FeatureMap): FeatureMap {
    return map(this.#graph.node('Add', [a.value, b.value]), a.channels);
  }

  scaleMap(x: FeatureMap, input: string, factor: number): FeatureMap {
    return map(this.#scale(x.value, input, factor), x.channels);
  }

  addToPixels(x: FeatureMap, perSample: Rows): FeatureMap {
    const column = this.#graph.node('Reshape', [perSample.value, this.#graph.ints([-1, x.channels, 1, 1])]);
    return map(this.#graph.node('Add', [x.value, column]), x.channels);
  }

  concatChannels(a: FeatureMap, b: FeatureMap): FeatureMap {
    return map(this.#graph.node('Concat', [a.value, b.value], { axis: { int: 1 } }), a.channels + b.channels);
  }

  enlargeTo(x: FeatureMap, like: FeatureMap): FeatureMap {
    const size = this.#graph.node('Slice', [this.#shapeOf(like), this.#graph.ints([2]), this.#graph.ints([4])]);
    return this.#resize(x, ['', '', size], { axes: { ints: [2, 3] } });
  }

  enlargeTwice(x: FeatureMap): FeatureMap {
    return this.#resize(x, ['', this.#graph.floats([1, 1, 2, 2])], {});
  }

  toRows(x: FeatureMap): Rows {
    const pixelsLast = this.#graph.node('Transpose', [x.value], { perm: { ints: [0, 2, 3, 1] } });
    return rows(this.#graph.node('Reshape', [pixelsLast, this.#graph.ints([-1, x.channels])]), x.channels);
  }

  toMap(x: Rows, like: FeatureMap): FeatureMap {
    const heightWidth = this.#graph.node('Slice', [this.#shapeOf(like), this.#graph.ints([2]), this.#graph.ints([4])]);
    const shape = this.#graph.node('Concat', [this.#graph.ints([-1]), heightWidth, this.#graph.ints([x.width])], { axis: { int: 0 } });
    const pixelsLast = this.#graph.node('Reshape', [x.value, shape]);
    return map(this.#graph.node('Transpose', [pixelsLast], { perm: { ints: [0, 3, 1, 2] } }), x.width);
  }

  linear(x: Rows, name: string, width: number, { bias } = { bias: true }): Rows {
    const weight = this.#weight(`${name}.weight`, [width, x.width]);
    const inputs = bias ? [x.value, weight, this.#weight(`${name}.bias`, [width])] : [x.value, weight];
    return rows(this.#graph.node('Gemm', inputs, { transB: { int: 1 } }), width);
  }

  layerNorm(x: Rows, name: string, eps: number): Rows {
    const inputs = [x.value, this.#weight(`${name}.weight`, [x.width]), this.#weight(`${name}.bias`, [x.width])];
    return rows(this.#graph.node('LayerNormalization', inputs, { axis: { int: -1 }, epsilon: { float: eps } }), x.width);
  }

  activate(x: Rows, activation: Activation): Rows {
    return rows(this.#activate(x.value, activation), x.width);
  }

  geglu(x: Rows, name: string, width: number): Rows {
    // Two Gemms over halves of the one stored weight: the product needs no splitting afterwards.
    const weight = this.#weights.take(`${name}.weight`, [2 * width, x.width]);
    const bias = this.#weights.take(`${name}.bias`, [2 * width]);
    const half = (which: 0 | 1): Value =>
      this.#graph.node('Gemm', [x.value, this.#use(halfOf(weight, which)), this.#use(halfOf(bias, which))], { transB: { int: 1 } });
    return rows(this.#graph.node('Mul', [half(0), this.#activate(half(1), 'gelu')]), width);
  }

  gate(x: Rows): Rows {
    const width = x.width / 2;
    const half = (which: 0 | 1): Value => {
      const [begin, end, axis] = [which * width, (which + 1) * width, 1].map((at) => this.#graph.ints([at]));
      return this.#graph.node('Slice', [x.value, begin ?? '', end ?? '', axis ?? '']);
    };
    return rows(this.#graph.node('Mul', [half(0), this.#activate(half(1), 'gelu')]), width);
  }

  scaleRows(x: Rows, input: string, factor: number): Rows {
    return rows(this.#scale(x.value, input, factor), x.width);
  }

  addRows(a: Rows, b: Rows): Rows {
    return rows(this.#graph.node('Add', [a.value, b.value]), a.width);
  }

  concatRows(a: Rows, b: Rows): Rows {
    return rows(this.#graph.node('Concat', [a.value, b.value], { axis: { int: 1 } }), a.width + b.width);
  }

  attention({ queries, keys, values, heads, causal = false }: AttentionInput): Rows {
    const inputs = [queries, keys, values].map((x) => this.#graph.node('Reshape', [x.value, this.#perSample(x.width)]));
    const attended = this.#graph.microsoftNode('MultiHeadAttention', inputs, {
      num_heads: { int: heads },
      ...(causal ? { unidirectional: { int: 1 } } : {}),
    });
    return rows(this.#graph.node('Reshape', [attended, this.#graph.ints([-1, values.width])]), values.width);
  }

  embedTokens(
    input: string,
    { tokenTable, positionTable, vocabSize, tokens, width }: { tokenTable: string; positionTable: string; vocabSize: number; tokens: number; width: number },
  ): Rows {
    const ids = this.#graph.input(input, 'int32', ['batch', tokens]);
    this.#takeBatchFrom(ids);
    // Gather before Cast: only the rows that are used are converted.
    const table = this.#graph.weight(this.#weights.take(tokenTable, [vocabSize, width]));
    const found = this.#graph.node('Gather', [table.value, ids]);
    const gathered = table.type === 'float32' ? found : this.#graph.node('Cast', [found], TO_FLOAT32);
    const embedded = this.#graph.node('Add', [gathered, this.#weight(positionTable, [tokens, width])]);
    return rows(this.#graph.node('Reshape', [embedded, this.#graph.ints([-1, width])]), width);
  }

  pickRows(x: Rows, input: string): Rows {
    return rows(this.#graph.node('Gather', [x.value, this.#graph.input(input, 'int32', ['picked'])]), x.width);
  }

  /** The weight in float32, declared in another shape when `as` is given. */
  #weight(name: string, dims: readonly number[], as = dims): Value {
    return this.#use({ ...this.#weights.take(name, dims), dims: as });
  }

  #use(weight: Weight): Value {
    const { value, type } = this.#graph.weight(weight);
    const known = this.#casts.get(value);
    if (known !== undefined) return known;
    const cast = type === 'float32' ? value : this.#graph.weightNode('Cast', [value], TO_FLOAT32);
    this.#casts.set(value, cast);
    return cast;
  }

  #scale(x: Value, input: string, factor: number): Value {
    const scalar = this.#scalars.get(input) ?? this.#graph.input(input, 'float32', [1]);
    this.#scalars.set(input, scalar);
    const scale = factor === 1 ? scalar : this.#once(`${input} × ${factor}`, () => this.#graph.node('Mul', [scalar, this.#graph.floats([factor])]));
    return this.#graph.node('Mul', [x, scale]);
  }

  #activate(x: Value, activation: Activation): Value {
    if (activation === 'gelu') return this.#graph.microsoftNode('Gelu', [x]);
    return this.#graph.microsoftNode('QuickGelu', [x], { alpha: { float: SIGMOID_SLOPE[activation] } });
  }

  #resize(x: FeatureMap, roiScalesSizes: readonly Value[], attributes: { readonly axes?: Attribute }): FeatureMap {
    const value = this.#graph.node('Resize', [x.value, ...roiScalesSizes], {
      mode: { text: 'nearest' },
      nearest_mode: { text: 'floor' },
      coordinate_transformation_mode: { text: 'asymmetric' },
      ...attributes,
    });
    return map(value, x.channels);
  }

  #shapeOf(x: FeatureMap): Value {
    return this.#once(`shape of ${x.value}`, () => this.#graph.node('Shape', [x.value]));
  }

  #takeBatchFrom(input: Value): void {
    this.#batch ??= this.#graph.node('Shape', [input], { start: { int: 0 }, end: { int: 1 } });
  }

  /** The shape [batch, -1, width]. */
  #perSample(width: number): Value {
    const batch = this.#batch;
    if (batch === undefined) throw new Error('attention needs an input that tells the batch: declare a map or ids first');
    return this.#once(`per sample ${width}`, () => this.#graph.node('Concat', [batch, this.#graph.ints([-1, width])], { axis: { int: 0 } }));
  }

  #once(key: string, compute: () => Value): Value {
    const value = this.#computed.get(key) ?? compute();
    this.#computed.set(key, value);
    return value;
  }
}

function map(value: Value, channels: number): FeatureMap {
  return { kind: 'map', value, channels };
}

function rows(value: Value, width: number): Rows {
  return { kind: 'rows', value, width };
}

/** The first or second half of a weight's output rows, where they lie. */
function halfOf(weight: Weight, which: 0 | 1): Weight {
  const [outputs = 0, ...rest] = weight.dims;
  const length = weight.length / 2;
  return { ...weight, dims: [outputs / 2, ...rest], offset: weight.offset + which * length, length };
}
