import { array, assert, integer, property } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Generator } from '../../../../gpu-worker/sdxl/noise/generator.ts';

// The recorded draws are compared by the conformance topic `rng`; here is what they cannot show.
describe('a generator', () => {
  test('starts as PyTorch does: torch.manual_seed(0); torch.randn(3)', () => {
    expect([...new Generator(0).normal(3)].map((value) => value.toFixed(4))).toEqual(['1.5410', '-0.2934', '-2.1788']);
  });

  test('reads the low 32 bits of the seed only', () => {
    expect(new Generator(2 ** 53 - 1).normal(32)).toEqual(new Generator(2 ** 32 - 1).normal(32));
    expect(new Generator(-1).normal(32)).toEqual(new Generator(2 ** 32 - 1).normal(32));
    expect(new Generator(2 ** 32).normal(32)).toEqual(new Generator(0).normal(32));
  });

  test('refuses a seed that is no whole number', () => {
    expect(() => new Generator(0.5)).toThrow('the seed must be a whole number, not 0.5');
    expect(() => new Generator(2 ** 60)).toThrow(RangeError);
  });

  test('goes on from a snapshot as though nothing had been between, whatever was drawn before and after', () => {
    const size = integer({ min: 1, max: 40 });
    assert(
      property(integer(), array(size, { maxLength: 4 }), array(size, { minLength: 1, maxLength: 4 }), (seed, before, after) => {
        const generator = new Generator(seed);
        for (const count of before) generator.normal(count);
        const state = structuredClone(generator.snapshot());
        const expected = after.map((count) => generator.normal(count));

        const other = new Generator(0);
        other.restore(state);
        expect(after.map((count) => other.normal(count))).toEqual(expected);
      }),
      { numRuns: 50 },
    );
  });

  test('refuses a state that is not its own', () => {
    const state = new Generator(1).snapshot();
    expect(() => new Generator(1).restore({ ...state, twister: { words: new Uint32Array(3), position: 0 } })).toThrow('not a state of mt19937');
  });

  test('draws the last sixteen anew when the count is no multiple of sixteen', () => {
    const even = new Generator(7).normal(32);
    const odd = new Generator(7).normal(37);
    expect(odd.slice(0, 21)).toEqual(even.slice(0, 21));
    expect(odd.slice(21, 32)).not.toEqual(even.slice(21, 32));
  });

  test('draws a standard normal distribution', () => {
    const values = new Generator(3).normal(100_000);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
    // Four standard errors: 4/√n and 4·√(2/n).
    expect(Math.abs(mean)).toBeLessThan(0.013);
    expect(Math.abs(variance - 1)).toBeLessThan(0.018);
  });
});
