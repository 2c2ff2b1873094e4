import type { Tensor } from '../sdxl/tensor.ts';
import type { Taps } from './lanczos-taps.ts';
import type { Rectangle, Size } from './plan-tiles.ts';

const COLOURS = 3;

/**
 * Writes the part `target` of a picture, of which `tile` ([1, 3, h, w] in 0…1) is a piece: its first pixel lies at `origin` of what the taps
 * read. The taps of the target must lie within the tile.
 */
export function resampleTile(
  { dims, data }: Tensor,
  origin: { readonly left: number; readonly top: number },
  { across, down }: { readonly across: Taps; readonly down: Taps },
  rgb: Uint8ClampedArray,
  { width }: Size,
  target: Rectangle,
): void {
  const [, , tileHeight = 0, tileWidth = 0] = dims;
  const lastRow = target.top + target.height - 1;
  const firstInput = at(down.starts, target.top) - origin.top;
  const inputs = Math.min(tileHeight, at(down.starts, lastRow) + down.count - origin.top) - firstInput;
  const narrow = new Float32Array(inputs * target.width);
  const sum = new Float32Array(target.width);
  for (let colour = 0; colour < COLOURS; colour++) {
    const plane = colour * tileHeight * tileWidth;
    for (let row = 0; row < inputs; row++) {
      const from = plane + (firstInput + row) * tileWidth - origin.left;
      for (let x = 0; x < target.width; x++) {
        const column = target.left + x;
        let value = 0;
        for (let k = 0, i = from + at(across.starts, column), w = column * across.count; k < across.count; k++) value += at(across.weights, w + k) * at(data, i + k);
        narrow[row * target.width + x] = value;
      }
    }
    for (let y = 0; y < target.height; y++) {
      const line = target.top + y;
      sum.fill(0);
      for (let k = 0; k < down.count; k++) {
        const weight = at(down.weights, line * down.count + k);
        const row = at(down.starts, line) - origin.top - firstInput + k;
        if (weight === 0 || row >= inputs) continue;
        for (let x = 0, i = row * target.width; x < target.width; x++) sum[x] = at(sum, x) + weight * at(narrow, i + x);
      }
      for (let x = 0, o = (line * width + target.left) * COLOURS + colour; x < target.width; x++, o += COLOURS) rgb[o] = 255 * at(sum, x);
    }
  }
}

/** Indices above are in range by construction; `noUncheckedIndexedAccess` cannot know. */
function at(numbers: { readonly [i: number]: number }, i: number): number {
  return numbers[i] ?? 0;
}
