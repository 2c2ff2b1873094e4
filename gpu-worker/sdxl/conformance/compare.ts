import { elementCount } from '../tensor.ts';
import type { Comparison } from './case-result.ts';

interface Numbers {
  readonly dims?: readonly number[];
  readonly data: ArrayLike<number>;
}

/** The largest absolute difference; NaN when sizes differ or a value is NaN. */
export function largestDifference(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) return NaN;
  let largest = 0;
  for (let i = 0; i < expected.length; i++) {
    const difference = Math.abs((actual[i] ?? NaN) - (expected[i] ?? NaN));
    if (!(difference <= largest)) largest = difference;
    if (Number.isNaN(largest)) return NaN;
  }
  return largest;
}

/** Compares values and, where both have them, shapes. */
export function compare(what: string, actual: Numbers, expected: Numbers, tolerance: number): Comparison {
  const sameShape = actual.dims === undefined || expected.dims === undefined || actual.dims.join() === expected.dims.join();
  return { what, error: sameShape ? largestDifference(actual.data, expected.data) : NaN, tolerance };
}

/** Compares values relative to the largest expected one (or to 1, if that is smaller). */
export function compareRelative(what: string, actual: Numbers, expected: Numbers, tolerance: number): Comparison {
  const scale = Array.from(expected.data).reduce((largest, value) => Math.max(largest, Math.abs(value)), 1);
  const { error } = compare(what, actual, expected, tolerance);
  return { what, error: error / scale, tolerance };
}

/** Compares what is either right or wrong: 0 or 1. */
export function compareExactly(what: string, actual: unknown, expected: unknown): Comparison {
  return { what, error: JSON.stringify(actual) === JSON.stringify(expected) ? 0 : 1, tolerance: 0 };
}

/** 8-bit pictures may differ by 1 in at most 1 % of their values: another runtime rounds some halves the other way. */
export function comparePictures(what: string, actual: readonly Uint8Array[], expected: { readonly dims: readonly number[]; readonly data: ArrayLike<number> }): readonly Comparison[] {
  const [, ...one] = expected.dims;
  const length = elementCount(one);
  const all = new Uint8Array(actual.length * length);
  for (const [i, picture] of actual.entries()) all.set(picture.subarray(0, length), i * length);
  if (actual.some((picture) => picture.length !== length) || all.length !== expected.data.length) return [{ what: `${what} (size)`, error: NaN, tolerance: 1, in: 'bytes' }];
  const differing = all.filter((value, i) => value !== expected.data[i]).length;
  return [
    { what, error: largestDifference(all, expected.data), tolerance: 1, in: 'bytes' },
    { what: `${what} (share of values that differ)`, error: differing / all.length, tolerance: 0.01, in: 'bytes' },
  ];
}
