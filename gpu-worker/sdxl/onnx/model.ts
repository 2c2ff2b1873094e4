/**
 * An ONNX model as plain data, in onnx.proto's own terms (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto).
 *
 * A value is named by a string; a node reads values and makes values; an initializer is a value with fixed contents.
 */

/** TensorProto.DataType */
export const ELEMENT_TYPES = {
  float32: 1,
  uint8: 2,
  int32: 6,
  int64: 7,
  float16: 10,
  float64: 11,
  bfloat16: 16,
  float8e4m3: 17,
  float8e5m2: 19,
} as const;

export type ElementType = keyof typeof ELEMENT_TYPES;

/** A number, or the name of a dimension that is known only at run time. */
export type Dim = number | string;

export interface ValueDef {
  readonly name: string;
  readonly type: ElementType;
  readonly dims: readonly Dim[];
}

export type Attribute =
  | { readonly int: number }
  | { readonly float: number }
  | { readonly ints: readonly number[] }
  | { readonly text: string };

export interface NodeDef {
  readonly op: string;
  /** Empty for ONNX's own operators. */
  readonly domain: string;
  /** An empty string leaves an optional input out. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, Attribute>>;
}

export interface Initializer {
  readonly name: string;
  readonly type: ElementType;
  readonly dims: readonly number[];
  readonly contents: Uint8Array | FilePart;
}

/** Bytes [offset, offset + length) of a file; `location` is relative to the folder the session is given. */
export interface FilePart {
  readonly location: string;
  readonly offset: number;
  readonly length: number;
}

export interface ModelDef {
  readonly name: string;
  /** The version of ONNX's own operators. */
  readonly opset: number;
  readonly inputs: readonly ValueDef[];
  readonly outputs: readonly ValueDef[];
  readonly nodes: readonly NodeDef[];
  readonly initializers: readonly Initializer[];
}
