import type { Graph, Value } from '../onnx/graph.ts';
import { ELEMENT_TYPES } from '../onnx/model.ts';
import type { Dim, ElementType } from '../onnx/model.ts';
import type { Weight, Weights } from '../safetensors/weights.ts';
import type { GraphForm } from './graph-form.ts';

/** What all layers of a graph have in common: its weights, constants and inputs in the type that it computes in, its batch. */
export class GraphWriter {
  readonly #casts = new Map<string, Value>();
  /** Shapes and scales by what they are of: each is computed once. */
  readonly #computed = new Map<string, Value>();
  readonly #scalars = new Map<string, Value>();
  #batch: Value | undefined;

  constructor(
    readonly graph: Graph,
    readonly weights: Weights,
    readonly form: GraphForm,
  ) {}

  /** A float32 graph input, in the type that is computed in. */
  input(name: string, dims: readonly Dim[]): { readonly outer: Value; readonly inner: Value } {
    const outer = this.graph.input(name, 'float32', dims);
    return { outer, inner: this.#isFloat32 ? outer : this.cast(outer, this.form.type) };
  }

  output(name: string, dims: readonly Dim[], value: Value): void {
    this.graph.output(name, 'float32', dims, this.#isFloat32 ? value : this.cast(value, 'float32'));
  }

  /** The weight in the type that is computed in, declared in another shape when `as` is given. */
  weight(name: string, dims: readonly number[], as = dims): Value {
    return this.use({ ...this.weights.take(name, dims), dims: as });
  }

  use(weight: Weight, wanted: ElementType = this.form.type): Value {
    const { value, type } = this.graph.weight(weight);
    const key = `${wanted} ${value}`;
    const known = this.#casts.get(key);
    if (known !== undefined) return known;
    const cast = type === wanted ? value : this.graph.weightNode('Cast', [value], { to: { int: ELEMENT_TYPES[wanted] } });
    this.#casts.set(key, cast);
    return cast;
  }

  /** Constants in the type that is computed in. */
  floats(values: readonly number[], dims?: readonly number[]): Value {
    const value = this.graph.floats(values, dims);
    return this.#isFloat32 ? value : this.once(`${value} as ${this.form.type}`, () => this.graph.weightNode('Cast', [value], { to: { int: ELEMENT_TYPES[this.form.type] } }));
  }

  cast(value: Value, to: ElementType): Value {
    return this.graph.node('Cast', [value], { to: { int: ELEMENT_TYPES[to] } });
  }

  /** Multiplies by a graph input of one number and by `factor`. */
  scale(x: Value, input: string, factor: number): Value {
    const scalar = this.#scalars.get(input) ?? this.input(input, [1]).inner;
    this.#scalars.set(input, scalar);
    const scale = factor === 1 ? scalar : this.once(`${input} × ${factor}`, () => this.graph.node('Mul', [scalar, this.floats([factor])]));
    return this.graph.node('Mul', [x, scale]);
  }

  shapeOf(value: Value): Value {
    return this.once(`shape of ${value}`, () => this.graph.node('Shape', [value]));
  }

  /** The first input that has samples says how many there are. */
  takeBatchFrom(input: Value): void {
    this.#batch ??= this.graph.node('Shape', [input], { start: { int: 0 }, end: { int: 1 } });
  }

  /** The shape [batch, -1, …rest]. */
  perSample(...rest: readonly number[]): Value {
    const batch = this.#batch;
    if (batch === undefined) throw new Error('attention needs an input that tells the batch: declare a map or ids first');
    return this.once(`per sample ${rest.join()}`, () => this.graph.node('Concat', [batch, this.graph.ints([-1, ...rest])], { axis: { int: 0 } }));
  }

  once(key: string, compute: () => Value): Value {
    const value = this.#computed.get(key) ?? compute();
    this.#computed.set(key, value);
    return value;
  }

  get #isFloat32(): boolean {
    return this.form.type === 'float32';
  }
}
