import type { Value } from '../onnx/graph.ts';
import type { Weight } from '../safetensors/weights.ts';
import { activate } from './activate.ts';
import { attend } from './attention.ts';
import type { GraphWriter } from './graph-writer.ts';
import type { Activation, AttentionInput, Rows } from './layers.ts';

/** [a, b] of these widths is what BiasSplitGelu was compiled for; SDXL's refiner has others. */
const SPLIT_GELU_WIDTHS = [2560, 5120, 10_240];

/**
 * Layers over rows, for every provider. Linear weights stay [out, in] as torch stores them: Gemm transposes.
 */
export class RowLayers {
  /** Sums that nobody asked for yet: a norm may take them over. */
  readonly #openSums = new Map<Value, readonly [Value, Value]>();
  readonly #sums = new Map<Value, Value>();
  #tokens = 0;

  constructor(protected readonly writer: GraphWriter) {}

  rowsInput(name: string, width: number, per: 'sample' | 'token'): Rows {
    if (per === 'sample') return rows(this.writer.input(name, ['batch', width]).inner, width);
    const { inner } = this.writer.input(name, ['batch', `${name} tokens`, width]);
    return rows(this.writer.graph.node('Reshape', [inner, this.writer.graph.ints([-1, width])]), width);
  }

  linear(x: Rows, name: string, width: number, { bias } = { bias: true }): Rows {
    const weight = this.writer.weight(`${name}.weight`, [width, x.width]);
    const inputs = bias ? [this.valueOf(x), weight, this.writer.weight(`${name}.bias`, [width])] : [this.valueOf(x), weight];
    return rows(this.writer.graph.node('Gemm', inputs, { transB: { int: 1 } }), width);
  }

  layerNorm(x: Rows, name: string, eps: number): Rows {
    const scaleAndShift = [this.writer.weight(`${name}.weight`, [x.width]), this.writer.weight(`${name}.bias`, [x.width])];
    const terms = this.#openSums.get(x.value);
    if (terms !== undefined) {
      const [normed = '', , , sum = ''] = this.writer.graph.microsoftNodeWith([true, false, false, true], 'SkipLayerNormalization', [...terms, ...scaleAndShift], { epsilon: { float: eps } });
      this.#openSums.delete(x.value);
      this.#sums.set(x.value, sum);
      return rows(normed, x.width);
    }
    return rows(this.writer.graph.node('LayerNormalization', [this.valueOf(x), ...scaleAndShift], { axis: { int: -1 }, epsilon: { float: eps } }), x.width);
  }

  activate(x: Rows, activation: Activation): Rows {
    return rows(activate(this.writer.graph, this.valueOf(x), activation), x.width);
  }

  geglu(x: Rows, name: string, width: number): Rows {
    const { writer } = this;
    const weight = writer.weights.take(`${name}.weight`, [2 * width, x.width]);
    const bias = writer.weights.take(`${name}.bias`, [2 * width]);
    if (this.#splitsGelu(2 * width)) {
      return this.#splitGelu(writer.graph.node('Gemm', [this.valueOf(x), writer.use(weight)], { transB: { int: 1 } }), writer.use(bias), width);
    }
    // Two Gemms over halves of the one stored weight: the product needs no splitting afterwards.
    const half = (which: 0 | 1): Value =>
      writer.graph.node('Gemm', [this.valueOf(x), writer.use(halfOf(weight, which)), writer.use(halfOf(bias, which))], { transB: { int: 1 } });
    return rows(writer.graph.node('Mul', [half(0), activate(writer.graph, half(1), 'gelu')]), width);
  }

  gate(x: Rows): Rows {
    const { graph } = this.writer;
    const width = x.width / 2;
    const half = (which: 0 | 1): Value => {
      const [begin, end, axis] = [which * width, (which + 1) * width, 1].map((at) => graph.ints([at]));
      return graph.node('Slice', [this.valueOf(x), begin ?? '', end ?? '', axis ?? '']);
    };
    return rows(graph.node('Mul', [half(0), activate(graph, half(1), 'gelu')]), width);
  }

  scaleRows(x: Rows, input: string, factor: number): Rows {
    return rows(this.writer.scale(this.valueOf(x), input, factor), x.width);
  }

  addRows(a: Rows, b: Rows): Rows {
    if (!this.writer.form.families.has('skip-norm')) return rows(this.writer.graph.node('Add', [a.value, b.value]), a.width);
    const sum = `sum of ${this.valueOf(a)} and ${this.valueOf(b)}`;
    if (!this.#sums.has(sum)) this.#openSums.set(sum, [this.valueOf(a), this.valueOf(b)]);
    return rows(sum, a.width);
  }

  concatRows(a: Rows, b: Rows): Rows {
    return rows(this.writer.graph.node('Concat', [this.valueOf(a), this.valueOf(b)], { axis: { int: 1 } }), a.width + b.width);
  }

  attention({ queries, keys, values, heads, causal = false }: AttentionInput): Rows {
    const inputs = { queries: this.valueOf(queries), keys: this.valueOf(keys), values: this.valueOf(values) };
    return rows(attend(this.writer, { ...inputs, heads, width: values.width, causalTokens: causal ? this.#tokens : undefined }), values.width);
  }

  embedTokens(
    input: string,
    { tokenTable, positionTable, vocabSize, tokens, width }: { tokenTable: string; positionTable: string; vocabSize: number; tokens: number; width: number },
  ): Rows {
    const { writer } = this;
    const ids = writer.graph.input(input, 'int32', ['batch', tokens]);
    writer.takeBatchFrom(ids);
    this.#tokens = tokens;
    const embedded = writer.graph.node('Add', [this.#gatherRows(writer.weights.take(tokenTable, [vocabSize, width]), ids), writer.weight(positionTable, [tokens, width])]);
    return rows(writer.graph.node('Reshape', [embedded, writer.graph.ints([-1, width])]), width);
  }

  pickRows(x: Rows, input: string): Rows {
    return rows(this.writer.graph.node('Gather', [this.valueOf(x), this.writer.graph.input(input, 'int32', ['picked'])]), x.width);
  }

  /** The value behind rows: a sum that no norm took over is added now. */
  protected valueOf({ value }: Rows): Value {
    const terms = this.#openSums.get(value);
    if (terms === undefined) return this.#sums.get(value) ?? value;
    this.#openSums.delete(value);
    const sum = this.writer.graph.node('Add', terms);
    this.#sums.set(value, sum);
    return sum;
  }

  /** On the CPU only the rows that are used are converted; a GPU gets the table converted, since it may know no float16. */
  #gatherRows(table: Weight, ids: Value): Value {
    const { graph, form } = this.writer;
    if (form.provider !== 'cpu') return graph.node('Gather', [this.writer.use(table), ids]);
    const { value, type } = graph.weight(table);
    const found = graph.node('Gather', [value, ids]);
    return type === form.type ? found : this.writer.cast(found, form.type);
  }

  #splitsGelu(width: number): boolean {
    return this.writer.form.families.has('split-gelu') && SPLIT_GELU_WIDTHS.includes(width);
  }

  /** The operator wants three dimensions. */
  #splitGelu(x: Value, bias: Value, width: number): Rows {
    const { graph } = this.writer;
    const wide = graph.node('Reshape', [x, graph.ints([1, -1, 2 * width])]);
    return rows(graph.node('Reshape', [graph.microsoftNode('BiasSplitGelu', [wide, bias]), graph.ints([-1, width])]), width);
  }
}

export function rows(value: Value, width: number): Rows {
  return { kind: 'rows', value, width };
}

/** The first or second half of a weight's output rows, where they lie. */
function halfOf(weight: Weight, which: 0 | 1): Weight {
  const [outputs = 0, ...rest] = weight.dims;
  const length = weight.length / 2;
  return { ...weight, dims: [outputs / 2, ...rest], offset: weight.offset + which * length, length };
}
