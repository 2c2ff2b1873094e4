import { describe, expect, test } from 'vitest';
import { judge, NotYet, runCase } from '../../../../gpu-worker/sdxl/conformance/case-result.ts';
import { compare, compareExactly, comparePictures, compareRelative } from '../../../../gpu-worker/sdxl/conformance/compare.ts';

describe('a comparison', () => {
  test('fails when a single value is outside the tolerance, and says by how much', () => {
    const result = judge('case', [compare('latents', { data: [1, 2, 3.5] }, { data: [1, 2, 3] }, 0.1)]);
    expect(result).toEqual({ outcome: 'failed', id: 'case', error: 0.5, why: 'latents is off by 5.0e-1 (allowed 1e-1)' });
  });

  test('fails on a NaN wherever it stands, on a missing value, and on another shape', () => {
    for (const comparison of [
      compare('first', { data: [NaN, 0] }, { data: [0, 0] }, 1),
      compare('last', { data: [0, NaN] }, { data: [0, 0] }, 1),
      compare('short', { data: [0] }, { data: [0, 0] }, 1),
      compare('shape', { dims: [2, 1], data: [0, 0] }, { dims: [1, 2], data: [0, 0] }, 1),
    ]) {
      expect(judge('case', [comparison]).outcome, comparison.what).toBe('failed');
    }
  });

  test('is relative to the largest expected value only when that exceeds 1', () => {
    expect(compareRelative('', { data: [100.5] }, { data: [100] }, 1).error).toBeCloseTo(0.005);
    expect(compareRelative('', { data: [0.02] }, { data: [0.01] }, 1).error).toBeCloseTo(0.01);
  });

  test('knows lists apart', () => {
    expect(compareExactly('', [1, 2], [1, 2]).error).toBe(0);
    expect(compareExactly('', [1, 2], [2, 1]).error).toBe(1);
  });

  test('lets one byte in a hundred be off by one, and none by two', () => {
    const expected = { dims: [1, 10, 10, 3], data: new Uint8Array(300).fill(100) };
    const off = (bytes: number, by: number) => judge('', comparePictures('', [expected.data.map((byte, i) => byte + (i < bytes ? by : 0))], expected)).outcome;
    expect([off(3, 1), off(4, 1), off(1, 2)]).toEqual(['passed', 'failed', 'failed']);
  });

  test('of what is not built yet is skipped with the reason; any other error is a failure', async () => {
    const throwing = (error: Error) => () => {
      throw error;
    };
    expect(await runCase('a', throwing(new NotYet('no tiles yet')))).toEqual({ outcome: 'skipped', id: 'a', why: 'no tiles yet' });
    expect(await runCase('b', throwing(new RangeError('no such call')))).toEqual({ outcome: 'failed', id: 'b', why: 'RangeError: no such call' });
  });
});
