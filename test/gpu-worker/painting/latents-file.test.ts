import { describe, expect, it } from 'vitest';
import { fromHalf, toHalf } from '../../../gpu-worker/painting/half-float.ts';
import { decodeLatentsFile, encodeLatents } from '../../../gpu-worker/painting/latents-file.ts';
import { tensor } from '../../../gpu-worker/sdxl/tensor.ts';

describe('half floats', () => {
  it('come back as they were, all 65,536 of them', () => {
    for (let half = 0; half < 65_536; half += 1) {
      const value = fromHalf(half);
      if (Number.isNaN(value)) expect(fromHalf(toHalf(value))).toBeNaN();
      else if (toHalf(value) !== half) expect.fail(`${half} became ${toHalf(value)}`);
    }
  });

  it('are the nearest ones, ties to even', () => {
    for (let half = 0; half < 0x7bff; half += 7) {
      const [low, high] = [fromHalf(half), fromHalf(half + 1)];
      const middle = (low + high) / 2;
      expect(toHalf(middle)).toBe(half % 2 === 0 ? half : half + 1);
      expect(toHalf(low + (middle - low) * 0.999)).toBe(half);
      expect(toHalf(-(low + (middle - low) * 1.001))).toBe((half + 1) | 0x8000);
    }
    expect(toHalf(65_519)).toBe(0x7bff);
    expect(toHalf(65_520)).toBe(0x7c00);
    expect(toHalf(-1e30)).toBe(0xfc00);
  });
});

describe('a file of latents', () => {
  const latents = tensor([1, 4, 2, 3], Float32Array.from({ length: 24 }, (_, i) => (i - 12) / 8));

  it('gives the latents back with their shape', () => {
    const file = encodeLatents(latents);
    expect(file.byteLength).toBe(4 + 16 + 2 * 24);
    expect(decodeLatentsFile(file)).toEqual(latents);
  });

  it.each([
    ['cut short', encodeLatents(latents).slice(0, -1)],
    ['empty', new Uint8Array()],
    ['another kind of file', new TextEncoder().encode('not latents at all, but long enough')],
  ])('is not read when it is %s', (_, bytes) => {
    expect(decodeLatentsFile(bytes)).toBeUndefined();
  });
});
