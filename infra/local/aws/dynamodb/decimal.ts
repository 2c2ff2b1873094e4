/** DynamoDB's numbers: decimal, 38 significant digits, magnitude 1e-130 to 9.99e125. */
import { AwsError } from '../aws-error.ts';

/** digits × 10^exponent; digits has no trailing zeros. */
export interface Decimal {
  readonly digits: bigint;
  readonly exponent: number;
}

/** Reads a number as DynamoDB does. Throws a ValidationException for what is not a number or does not fit. */
export function parseDecimal(text: string): Decimal {
  const match = /^\s*([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,6}))?\s*$/.exec(text);
  const [, sign = '', whole = '', fraction = '', power = '0'] = match ?? [];
  if (match === null || whole + fraction === '') {
    throw invalid(`The parameter cannot be converted to a numeric value: ${text}`);
  }
  const digits = BigInt(whole + fraction);
  return fit({ digits: sign === '-' ? -digits : digits, exponent: Number(power) - fraction.length });
}

/** The plain notation DynamoDB answers with: `1.50` and `15e-1` are both `1.5`. */
export function formatDecimal({ digits, exponent }: Decimal): string {
  const sign = digits < 0n ? '-' : '';
  const text = String(digits < 0n ? -digits : digits);
  if (exponent >= 0) return sign + text + '0'.repeat(exponent);
  const padded = text.padStart(1 - exponent, '0');
  return `${sign}${padded.slice(0, exponent)}.${padded.slice(exponent)}`;
}

/** a + b, or a − b with `sign` −1n. */
export function addDecimals(a: Decimal, b: Decimal, sign: 1n | -1n = 1n): Decimal {
  const exponent = Math.min(a.exponent, b.exponent);
  return fit({ digits: scaled(a, exponent) + sign * scaled(b, exponent), exponent });
}

/** Negative, zero or positive, as a sort wants it. */
export function compareDecimals(a: Decimal, b: Decimal): number {
  const exponent = Math.min(a.exponent, b.exponent);
  const difference = scaled(a, exponent) - scaled(b, exponent);
  return difference < 0n ? -1 : Number(difference > 0n);
}

function scaled({ digits, exponent }: Decimal, to: number): bigint {
  return digits * 10n ** BigInt(exponent - to);
}

function fit({ digits, exponent }: Decimal): Decimal {
  if (digits === 0n) return { digits: 0n, exponent: 0 };
  const text = String(digits < 0n ? -digits : digits);
  const zeros = text.length - text.replace(/0+$/, '').length;
  const significant = text.length - zeros;
  const magnitude = text.length - 1 + exponent;
  if (magnitude > 125) throw invalid('Number overflow. Attempting to store a number with magnitude larger than supported range');
  if (magnitude < -130) throw invalid('Number underflow. Attempting to store a number with magnitude smaller than supported range');
  if (significant > 38) throw invalid('Attempting to store more than 38 significant digits in a Number');
  return { digits: digits / 10n ** BigInt(zeros), exponent: exponent + zeros };
}

function invalid(message: string): AwsError {
  return new AwsError('ValidationException', message);
}
