import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromPixels, toPixels } from '../../../../gpu-worker/sdxl/picture/pixels.ts';
import { tensor } from '../../../../gpu-worker/sdxl/tensor.ts';

describe('pixels', () => {
  test('of a picture come back as the very same bytes', () => {
    const rgb = Uint8Array.from({ length: 3 * 256 }, (_, i) => Math.floor(i / 3));
    expect(fromPixels(toPixels({ width: 16, height: 16, rgb }))[0]?.rgb).toEqual(rgb);
  });

  test('stand channel by channel, red first', () => {
    const pixels = toPixels({ width: 2, height: 1, rgb: Uint8Array.of(255, 0, 0, 0, 0, 255) });
    expect([...pixels.data]).toEqual([1, -1, -1, -1, -1, 1]);
  });

  test('beyond −1…1 are clamped, and halves are rounded to even', () => {
    // x / 2 + 0.5 times 255: −1.5 → 0, 2 → 255, and 1/510, which is half of a byte, → 0 and not 1.
    const half = (byte: number) => Math.fround((2 * (byte + 0.5)) / 255 - 1);
    const bytes = fromPixels(tensor([1, 3, 1, 1], Float32Array.of(-1.5, 2, half(126))))[0]?.rgb;
    expect(bytes).toEqual(Uint8Array.of(0, 255, 126));
  });

  test('of several pictures become several pictures', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ minLength: 12, maxLength: 12 }), { minLength: 1, maxLength: 3 }), (pictures) => {
        const data = new Float32Array(pictures.flatMap((rgb) => [...toPixels({ width: 2, height: 2, rgb }).data]));
        expect(fromPixels(tensor([pictures.length, 3, 2, 2], data)).map(({ rgb }) => rgb)).toEqual(pictures);
      }),
      { numRuns: 30 },
    );
  });

  test('that are not RGB are refused', () => {
    expect(() => fromPixels(tensor([1, 4, 1, 1]))).toThrow(/3 channels, not 4/);
  });
});
