/** v/d, value by value. Not v·(1/d): torch divides, and the reciprocal's rounding would be in every value. */
export function divided(values: Float32Array, by: number): Float32Array {
  const divisor = Math.fround(by);
  return values.map((value) => value / divisor);
}
