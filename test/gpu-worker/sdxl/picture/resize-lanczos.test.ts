import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fitSize } from '../../../../gpu-worker/sdxl/picture/fit-size.ts';
import { toLatentMask, toPixelMask } from '../../../../gpu-worker/sdxl/picture/mask.ts';
import { resizeLanczos } from '../../../../gpu-worker/sdxl/picture/resize-lanczos.ts';

const side = fc.integer({ min: 1, max: 40 });

// That it is Pillow's, byte for byte, is compared with recorded pictures (conformance, topic `vae`).
describe('Lanczos', () => {
  test('keeps one colour that colour, at any size', () => {
    fc.assert(
      fc.property(side, side, side, side, fc.nat(255), (width, height, toWidth, toHeight, byte) => {
        const { bytes } = resizeLanczos({ width, height, channels: 1, bytes: new Uint8Array(width * height).fill(byte) }, toWidth, toHeight);
        expect(bytes).toEqual(new Uint8Array(toWidth * toHeight).fill(byte));
      }),
      { numRuns: 60 },
    );
  });

  test('is its own mirror image', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 2, maxLength: 30 }), side, (row, to) => {
        const resized = (bytes: Uint8Array) => resizeLanczos({ width: bytes.length, height: 1, channels: 1, bytes }, to, 1).bytes;
        expect(resized(row.toReversed())).toEqual(resized(row).toReversed());
      }),
      { numRuns: 60 },
    );
  });

  test('leaves a picture of the right size alone, and rounds other sizes down to multiples of 8', () => {
    const picture = (width: number, height: number) => ({ width, height, rgb: new Uint8Array(3 * width * height) });
    const fitting = picture(16, 24);
    expect(fitSize(fitting, 8)).toBe(fitting);
    expect(fitSize(picture(23, 31), 8)).toMatchObject({ width: 16, height: 24 });
  });
});

describe('a mask', () => {
  test('repaints from the middle grey upwards, and each latent goes by its first pixel', () => {
    const grey = Uint8Array.from({ length: 256 }, (_, i) => i);
    const mask = toPixelMask({ width: 16, height: 16, grey }, 16, 16);
    expect([mask.data[127], mask.data[128]]).toEqual([0, 1]);
    expect(toLatentMask(mask, 8)).toEqual({ dims: [1, 1, 2, 2], data: Float32Array.of(0, 0, 1, 1) });
  });
});
