/** IEEE 754 binary16 ("fp16", "half"), which Node 20 has no typed array for. */

const bits32 = new Uint32Array(1);
const float32 = new Float32Array(bits32.buffer);

/** Rounds to the nearest half, ties to even; what is too large becomes infinite. */
export function toHalf(value: number): number {
  float32[0] = value;
  const bits = bits32[0] ?? 0;
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00; // not a number
  if (magnitude >= 0x47800000) return sign | 0x7c00; // at least 65,536
  if (magnitude < 0x38800000) {
    // Subnormal: a multiple of 2^-24. Adding and dropping 2^23 such units lets float32 do the rounding.
    float32[0] = Math.abs(value) * 2 ** 24 + 2 ** 23;
    return sign | ((bits32[0] ?? 0) & 0x7fffff);
  }
  const rebased = magnitude - 0x38000000; // exponent bias 127 → 15
  const roundUp = 0xfff + ((rebased >>> 13) & 1);
  return sign | ((rebased + roundUp) >>> 13);
}

export function fromHalf(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >>> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
