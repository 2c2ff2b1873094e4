import { type Tensor, tensor } from '../tensor.ts';

/** n tensors of one shape [1, …] → [n, …]. Throws RangeError when there is none, or when they do not fit each other. */
export function stackRows(rows: readonly Tensor[]): Tensor {
  const [first] = rows;
  if (first === undefined) throw new RangeError('there are no rows to stack');
  if (rows.some(({ dims }) => dims.join() !== first.dims.join())) throw new RangeError(`rows of the shapes ${rows.map(({ dims }) => `[${dims.join(', ')}]`).join(', ')} cannot be stacked`);
  const stacked = tensor([rows.length, ...first.dims.slice(1)]);
  for (const [i, { data }] of rows.entries()) stacked.data.set(data, i * first.data.length);
  return stacked;
}
