/** A block of float32 numbers in C order: what travels between the networks; inside the graphs other types may rule. */
export interface Tensor {
  readonly dims: readonly number[];
  readonly data: Float32Array;
}

/** How many elements a shape has; 1 for a scalar's empty shape. */
export function elementCount(dims: readonly number[]): number {
  return dims.reduce((product, dim) => product * dim, 1);
}

/** A tensor over `data` (not copied), or of zeros. Throws `RangeError` when the data's length is not the shape's. */
export function tensor(dims: readonly number[], data: Float32Array = new Float32Array(elementCount(dims))): Tensor {
  if (data.length !== elementCount(dims)) {
    throw new RangeError(`a tensor of shape [${dims.join(', ')}] has ${elementCount(dims)} elements, not ${data.length}`);
  }
  return { dims, data };
}
