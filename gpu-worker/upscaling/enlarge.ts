/** Enlarges pictures without moving them: Lanczos3 with pixel centres aligned. */
import type { Picture } from '../sdxl/picture/picture.ts';
import { type Taps, lanczosTaps } from './lanczos-taps.ts';

const CHANNELS = 3;

/** Enlarges to `width` × `height` (each at least the picture's own), first along rows, then along columns. */
export function enlarge(picture: Picture, width: number, height: number): Picture {
  if (width < picture.width || height < picture.height) {
    throw new RangeError(`cannot enlarge ${picture.width}×${picture.height} to ${width}×${height}: that is smaller`);
  }
  const wide = enlargeRows(picture, lanczosTaps(picture.width, width), width);
  return { width, height, rgb: enlargeColumns(wide, picture.height, width, lanczosTaps(picture.height, height), height) };
}

/** [height, width, 3] → [height, wider, 3], unrounded. */
function enlargeRows({ width, height, rgb }: Picture, { starts, weights, count }: Taps, wider: number): Float32Array {
  const out = new Float32Array(height * wider * CHANNELS);
  for (let y = 0, o = 0; y < height; y += 1) {
    const row = y * width;
    for (let x = 0; x < wider; x += 1) {
      let r = 0;
      let g = 0;
      let b = 0;
      for (let k = 0, i = (row + at(starts, x)) * CHANNELS; k < count; k += 1, i += CHANNELS) {
        const weight = at(weights, x * count + k);
        if (weight === 0) continue;
        r += weight * at(rgb, i);
        g += weight * at(rgb, i + 1);
        b += weight * at(rgb, i + 2);
      }
      out[o++] = r;
      out[o++] = g;
      out[o++] = b;
    }
  }
  return out;
}

/** [height, width, 3] → [taller, width, 3], rounded to 8 bits. */
function enlargeColumns(wide: Float32Array, height: number, width: number, { starts, weights, count }: Taps, taller: number): Uint8Array {
  const stride = width * CHANNELS;
  const out = new Uint8ClampedArray(taller * stride);
  const sum = new Float32Array(stride);
  for (let y = 0; y < taller; y += 1) {
    sum.fill(0);
    for (let k = 0; k < count; k += 1) {
      const weight = at(weights, y * count + k);
      const row = at(starts, y) + k;
      if (weight === 0 || row >= height) continue;
      for (let i = 0, from = row * stride; i < stride; i += 1) sum[i] = at(sum, i) + weight * at(wide, from + i);
    }
    out.set(sum, y * stride);
  }
  return new Uint8Array(out.buffer);
}

/** Indices above are in range by construction; `noUncheckedIndexedAccess` cannot know. */
function at(numbers: { readonly [i: number]: number }, i: number): number {
  return numbers[i] ?? 0;
}
