import { describe, expect, test } from 'vitest';
import { betaSigmas } from '../../../../gpu-worker/sdxl/schedule/beta-sigmas.ts';
import { log32 } from '../../../../gpu-worker/sdxl/schedule/log32.ts';
import { exponentialSigmas, karrasSigmas, luSigmas } from '../../../../gpu-worker/sdxl/schedule/noise-levels.ts';
import { roundHalfToEven } from '../../../../gpu-worker/sdxl/schedule/round-half-to-even.ts';

describe('noise levels', () => {
  test.each([
    ['Karras', karrasSigmas],
    ['exponential', exponentialSigmas],
    ['Lu', luSigmas],
    ['beta', betaSigmas],
  ] as const)('of the %s kind fall from the highest to the lowest, however few', (_, levels) => {
    for (const count of [2, 3, 20, 100]) {
      const sigmas = levels(14.6, 0.03, count);
      expect(sigmas).toHaveLength(count);
      expect(sigmas[0]).toBeCloseTo(14.6, 4);
      expect(sigmas.at(-1)).toBeCloseTo(0.03, 4);
      expect(sigmas.every((sigma, i) => i === 0 || sigma < (sigmas[i - 1] ?? 0))).toBe(true);
    }
    expect(levels(14.6, 0.03, 1)[0]).toBeCloseTo(14.6, 4);
  });

  test('of the beta kind are quantiles of Beta(0.6, 0.6): scipy.stats.beta.ppf([0.05, 0.25, 0.5, 0.9], 0.6, 0.6)', () => {
    const quantiles = betaSigmas(1, 0, 21);
    expect(quantiles[19]).toBeCloseTo(0.012554456873611399, 12);
    expect(quantiles[15]).toBeCloseTo(0.17568037865269498, 12);
    expect(quantiles[10]).toBeCloseTo(0.5, 12);
    expect(quantiles[2]).toBeCloseTo(0.9604155944112192, 12);
  });
});

test('the single-precision logarithm stays within two ulps of the true one', () => {
  for (let x = 0.01; x < 5000; x *= 1.003) {
    const single = Math.fround(x);
    expect(Math.abs(log32(single) - Math.log(single))).toBeLessThanOrEqual(2 ** -22 * Math.max(1, Math.abs(Math.log(single))));
  }
  expect(log32(1)).toBe(0);
});

test('halves round to the even neighbour, as in Python', () => {
  expect([0.5, 1.5, 2.5, 3.5, -0.5, -1.5, 2.4, 2.6].map(roundHalfToEven)).toEqual([0, 2, 2, 4, 0, -2, 2, 3]);
});
