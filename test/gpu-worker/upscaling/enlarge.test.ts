import { describe, expect, it } from 'vitest';
import { enlarge } from '../../../gpu-worker/upscaling/enlarge.ts';

function paint(width: number, height: number, value: (x: number, y: number) => number) {
  const rgb = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) rgb.fill(value(x, y), (y * width + x) * 3, (y * width + x) * 3 + 3);
  }
  return { width, height, rgb };
}

function red({ width, rgb }: { width: number; rgb: Uint8Array }, x: number, y: number): number {
  return rgb[(y * width + x) * 3] ?? Number.NaN;
}

/** Where the light of a picture lies, in fractions of its width and height. */
function centroid(picture: { width: number; height: number; rgb: Uint8Array }): { x: number; y: number } {
  let total = 0;
  let sumX = 0;
  let sumY = 0;
  for (let y = 0; y < picture.height; y += 1) {
    for (let x = 0; x < picture.width; x += 1) {
      const light = red(picture, x, y);
      total += light;
      sumX += light * (x + 0.5);
      sumY += light * (y + 0.5);
    }
  }
  return { x: sumX / total / picture.width, y: sumY / total / picture.height };
}

describe('enlarging a picture', () => {
  it('leaves it as it is at its own size', () => {
    const picture = paint(9, 7, (x, y) => (x * 31 + y * 17) % 256);
    expect(enlarge(picture, 9, 7)).toEqual(picture);
  });

  it('keeps a flat colour flat, up to the edges', () => {
    const rgb = new Uint8Array(16 * 12 * 3).map((_, i) => [201, 54, 7][i % 3] ?? 0);
    const large = enlarge({ width: 16, height: 12, rgb }, 64, 48);
    expect(large.rgb).toEqual(new Uint8Array(64 * 48 * 3).map((_, i) => [201, 54, 7][i % 3] ?? 0));
  });

  it.each([2, 3, 4, 1.5])('keeps a linear ramp a ramp, with centres where they were, at ×%d', (scale) => {
    const large = enlarge(paint(32, 8, (x) => x * 8), 32 * scale, 8 * scale);
    for (let x = 4 * scale; x < 28 * scale; x += 1) {
      const expected = 8 * ((x + 0.5) / scale - 0.5);
      // Normalised Lanczos3 reproduces constants exactly and slopes within 2 % of a pixel's difference; the rest is rounding.
      expect(Math.abs(red(large, x, 4) - expected)).toBeLessThanOrEqual(0.7);
    }
  });

  it.each([2, 4, 1.5])('does not move what is in it, at ×%d', (scale) => {
    const blob = paint(24, 20, (x, y) => Math.round(200 * Math.exp(-((x - 7) ** 2 + (y - 12) ** 2) / 8)));
    const before = centroid(blob);
    const after = centroid(enlarge(blob, 24 * scale, 20 * scale));
    expect(Math.abs(after.x - before.x) * 24).toBeLessThan(0.02);
    expect(Math.abs(after.y - before.y) * 20).toBeLessThan(0.02);
  });

  it('treats left as right and top as bottom', () => {
    const picture = paint(12, 10, (x, y) => (x * x * 7 + y * 29) % 256);
    const mirrored = paint(12, 10, (x, y) => red(picture, 11 - x, 9 - y));
    const large = enlarge(picture, 48, 40);
    const largeMirrored = enlarge(mirrored, 48, 40);
    for (let y = 0; y < 40; y += 1) {
      for (let x = 0; x < 48; x += 1) expect(Math.abs(red(large, x, y) - red(largeMirrored, 47 - x, 39 - y))).toBeLessThanOrEqual(1);
    }
  });

  it('works on pictures narrower than the kernel', () => {
    expect(enlarge(paint(1, 3, () => 90), 4, 12)).toEqual(paint(4, 12, () => 90));
  });

  it('refuses to make a picture smaller', () => {
    expect(() => enlarge(paint(8, 8, () => 0), 4, 16)).toThrow('cannot enlarge 8×8 to 4×16');
  });
});
