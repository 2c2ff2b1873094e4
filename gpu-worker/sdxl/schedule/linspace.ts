/** `count` numbers from `start` to `end`, both included, as numpy computes them (in double precision). */
export function linspace(start: number, end: number, count: number): Float64Array {
  if (count === 1) return Float64Array.of(start);
  const step = (end - start) / (count - 1);
  const values = Float64Array.from({ length: count }, (_, i) => start + i * step);
  values[count - 1] = end;
  return values;
}

/**
 * The same as `torch.linspace(…, dtype=float32)` on x86, to the last bit: PyTorch fills blocks of eight, each from its
 * own first value (which the second half of the range counts from the end), and rounds once per multiply-add.
 * SDXL's whole noise schedule hangs on these roundings.
 */
export function linspace32(start: number, end: number, count: number): Float32Array {
  const first = Math.fround(start);
  const last = Math.fround(end);
  if (count === 1) return Float32Array.of(first);
  const step = Math.fround(Math.fround(last - first) / (count - 1));
  const half = Math.trunc(count / 2);
  const exact = (i: number): number => Math.fround(i < half ? first + step * i : last - step * (count - 1 - i));
  const inBlocks = count - (count % 16);
  return Float32Array.from({ length: count }, (_, i) => (i < inBlocks ? exact(i - (i % 8)) + step * (i % 8) : exact(i)));
}
