/** Coefficients of a rational approximation of log(1 + y), lowest power first. */
const NUMERATOR = [0, 1.0, 2.1126776, 1.4800006, 0.38088378, 0.025899792].map(Math.fround);
const DENOMINATOR = [1, 2.6126776, 2.453006, 0.9864943, 0.15464763, 0.0058750953].map(Math.fround);

/**
 * The logarithm as numpy computes it on single-precision arrays (x86 with FMA), to the last bit: within an ulp of the
 * true one. Fractional timesteps are interpolated between such logarithms, and whole ones rounded from them.
 */
export function log32(x: number): number {
  const value = Math.fround(x);
  if (!(value > 0)) return Math.log(value);
  let exponent = Math.floor(Math.log2(value));
  let mantissa = value / 2 ** exponent;
  if (mantissa > Math.SQRT2) {
    mantissa /= 2;
    exponent += 1;
  }
  const y = Math.fround(mantissa - 1);
  const ratio = Math.fround(polynomial(NUMERATOR, y) / polynomial(DENOMINATOR, y));
  return Math.fround(exponent * Math.fround(Math.LN2) + ratio);
}

/** Horner's rule, rounded once per multiply-add. */
function polynomial(coefficients: readonly number[], y: number): number {
  return coefficients.reduceRight((sum, coefficient) => Math.fround(sum * y + coefficient), 0);
}
