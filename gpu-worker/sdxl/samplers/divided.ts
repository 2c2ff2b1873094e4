/** v/d, value by value. Not v·(1/d): torch divides, and the reciprocal's rounding would be in every value. */
export function divided(values: Float32Array, by: number): Float32Array {
  const divisor = Math.fround(by);
  const quotients = new Float32Array(values.length);
  for (let i = 0; i < quotients.length; i++) quotients[i] = (values[i] ?? 0) / divisor;
  return quotients;
}
