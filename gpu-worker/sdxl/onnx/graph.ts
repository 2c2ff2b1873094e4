import { parse, relative } from 'node:path';
import type { Dtype } from '../safetensors/dtype.ts';
import { BadWeights } from '../safetensors/bad-weights.ts';
import type { Weight } from '../safetensors/weights.ts';
import { encodeModel, MICROSOFT } from './encode-model.ts';
import type { Attribute, Dim, ElementType, Initializer, NodeDef, ValueDef } from './model.ts';

/** ONNX 1.16's. */
const NEWEST_OPSET = 21;
/** Which taught Cast to read 8-bit floats. */
const FLOAT8_OPSET = 19;

/** A value in the graph under construction, by its name. */
export type Value = string;

const ELEMENT_TYPE_OF: Partial<Record<Dtype, ElementType>> = {
  F64: 'float64',
  F32: 'float32',
  F16: 'float16',
  BF16: 'bfloat16',
  F8_E4M3: 'float8e4m3',
  F8_E5M2: 'float8e5m2',
};

/** A model's bytes and the folder that its weights' locations are relative to. */
export interface BuiltGraph {
  readonly model: Uint8Array;
  readonly weightsRoot: string;
  /** Bytes of all weights that the graph refers to. */
  readonly weightBytes: number;
}

/** Collects nodes and initializers; equal constants and equal weights are entered once. */
export class Graph {
  readonly #name: string;
  readonly #inputs: ValueDef[] = [];
  readonly #outputs: ValueDef[] = [];
  readonly #weightNodes: NodeDef[] = [];
  readonly #nodes: NodeDef[] = [];
  readonly #initializers = new Map<string, Initializer>();
  readonly #transposed = new Map<Value, Value>();
  #weightsRoot: string | undefined;
  #weightBytes = 0;
  #opset: number;

  /** `opset`: a provider may have no kernel yet for operators that a later version changed. */
  constructor(name: string, opset = NEWEST_OPSET) {
    this.#name = name;
    this.#opset = opset;
  }

  input(name: string, type: ElementType, dims: readonly Dim[]): Value {
    this.#inputs.push({ name, type, dims });
    return name;
  }

  output(name: string, type: ElementType, dims: readonly Dim[], value: Value): void {
    this.#outputs.push({ name, type, dims });
    this.#nodes.push({ op: 'Identity', domain: '', inputs: [value], outputs: [name], attributes: {} });
  }

  /** One of ONNX's operators with a single output. */
  node(op: string, inputs: readonly Value[], attributes: Readonly<Record<string, Attribute>> = {}): Value {
    return this.#push(this.#nodes, '', op, inputs, attributes);
  }

  /**
   * A node over weights alone. These are listed first: onnxruntime walks the graph from its end, of a node's inputs the one
   * listed last first, so that each weight is then prepared right before its use. Otherwise all would be, and kept, at the start.
   */
  weightNode(op: string, inputs: readonly Value[], attributes: Readonly<Record<string, Attribute>> = {}): Value {
    return this.#push(this.#weightNodes, '', op, inputs, attributes);
  }

  /** One of onnxruntime's own operators. */
  microsoftNode(op: string, inputs: readonly Value[], attributes: Readonly<Record<string, Attribute>> = {}): Value {
    return this.#push(this.#nodes, MICROSOFT, op, inputs, attributes);
  }

  /** One of onnxruntime's own operators with several outputs; of those not `wanted` there is none. */
  microsoftNodeWith(wanted: readonly boolean[], op: string, inputs: readonly Value[], attributes: Readonly<Record<string, Attribute>> = {}): readonly Value[] {
    const name = `${op}.${this.#weightNodes.length + this.#nodes.length}`;
    const outputs = wanted.map((isWanted, i) => (isWanted ? (i === 0 ? name : `${name}.${i}`) : ''));
    this.#nodes.push({ op, domain: MICROSOFT, inputs, outputs, attributes });
    return outputs;
  }

  floats(values: readonly number[], dims: readonly number[] = [values.length]): Value {
    const name = `floats[${dims.join()}](${values.join()})`;
    return this.#constant(name.length > 80 ? `floats.${this.#initializers.size}` : name, 'float32', dims, new Float32Array(values));
  }

  /** Whole numbers as int64: shapes, axes, indices. */
  ints(values: readonly number[]): Value {
    return this.#constant(`ints(${values.join()})`, 'int64', [values.length], new BigInt64Array(values.map(BigInt)));
  }

  /** A tensor left where it lies in its file; its value has the file's element type. Bytes are taken of those alone that are known to be quantised. */
  weight(weight: Weight, { quantised = false } = {}): { readonly value: Value; readonly type: ElementType } {
    const type = quantised && weight.dtype === 'U8' ? 'uint8' : ELEMENT_TYPE_OF[weight.dtype];
    if (type === undefined) throw new BadWeights(weight.file, weight.name, `is of type ${weight.dtype}; a network's weights must be floating-point numbers`);
    if (type.startsWith('float8')) this.#opset = Math.max(this.#opset, FLOAT8_OPSET);
    const { dims } = weight;
    const stored = weight.transposed === true ? dims.toReversed() : dims;
    const value = `${weight.name}@${weight.offset}[${stored.join()}]`;
    if (!this.#initializers.has(value)) {
      const { root } = parse(weight.file);
      this.#weightsRoot ??= root;
      if (root !== this.#weightsRoot) throw new BadWeights(weight.file, weight.name, `lies on another drive than the rest (${this.#weightsRoot})`);
      const contents = { location: relative(root, weight.file), offset: weight.offset, length: weight.length };
      this.#initializers.set(value, { name: value, type, dims: stored, contents });
      this.#weightBytes += weight.length;
    }
    if (weight.transposed !== true) return { value, type };
    const turned = this.#transposed.get(value) ?? this.weightNode('Transpose', [value]);
    this.#transposed.set(value, turned);
    return { value: turned, type };
  }

  build(): BuiltGraph {
    const model = encodeModel({
      name: this.#name,
      opset: this.#opset,
      inputs: this.#inputs,
      outputs: this.#outputs,
      nodes: [...this.#weightNodes, ...this.#nodes],
      initializers: [...this.#initializers.values()],
    });
    return { model, weightsRoot: this.#weightsRoot ?? '/', weightBytes: this.#weightBytes };
  }

  #push(list: NodeDef[], domain: string, op: string, inputs: readonly Value[], attributes: Readonly<Record<string, Attribute>>): Value {
    const output = `${op}.${this.#weightNodes.length + this.#nodes.length}`;
    list.push({ op, domain, inputs, outputs: [output], attributes });
    return output;
  }

  #constant(name: Value, type: ElementType, dims: readonly number[], values: Float32Array | BigInt64Array): Value {
    if (!this.#initializers.has(name)) {
      const contents = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
      this.#initializers.set(name, { name, type, dims, contents });
    }
    return name;
  }
}
