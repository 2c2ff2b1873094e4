/** One number a pixel, row by row: brightness from 0 to 255. */
export interface Plane {
  readonly width: number;
  readonly height: number;
  readonly values: Float32Array;
}

/** Brightness of 8-bit RGB (ITU-R BT.601, as JPEG has it). */
export function brightness({ width, height, rgb }: { readonly width: number; readonly height: number; readonly rgb: Uint8Array }): Plane {
  const values = new Float32Array(width * height);
  for (let i = 0, at = 0; i < values.length; i += 1, at += 3) values[i] = 0.299 * (rgb[at] ?? 0) + 0.587 * (rgb[at + 1] ?? 0) + 0.114 * (rgb[at + 2] ?? 0);
  return { width, height, values };
}

/** For each output sample: the first input sample it reads, and the weights from there on. */
interface Tap {
  readonly first: number;
  readonly weights: readonly number[];
}

/**
 * Samples a plane `scale` times as densely, from its top left corner on: point `j` lies at pixel `(j + ½)/scale − ½`. A triangle as wide as
 * the sparser of the two grids keeps frequencies out that the new one cannot hold.
 */
export function resample({ width, height, values }: Plane, scale: number): Plane {
  const across = tapsOf(width, scale);
  const down = tapsOf(height, scale);
  const rows = new Float32Array(height * across.length);
  for (let y = 0, o = 0; y < height; y += 1) {
    for (const { first, weights } of across) {
      let sum = 0;
      for (let k = 0, i = y * width + first; k < weights.length; k += 1, i += 1) sum += (weights[k] ?? 0) * (values[i] ?? 0);
      rows[o++] = sum;
    }
  }
  const out = new Float32Array(down.length * across.length);
  for (const [y, { first, weights }] of down.entries()) {
    for (const [k, weight] of weights.entries()) {
      for (let x = 0, i = (first + k) * across.length, o = y * across.length; x < across.length; x += 1) out[o + x] = (out[o + x] ?? 0) + weight * (rows[i + x] ?? 0);
    }
  }
  return { width: across.length, height: down.length, values: out };
}

function tapsOf(from: number, scale: number): readonly Tap[] {
  const reach = Math.max(1, 1 / scale);
  return Array.from({ length: Math.max(1, Math.floor(from * scale)) }, (_, j) => {
    const centre = (j + 0.5) / scale - 0.5;
    const first = Math.max(0, Math.ceil(centre - reach));
    const last = Math.min(from - 1, Math.floor(centre + reach));
    const raw = Array.from({ length: last - first + 1 }, (_unused, k) => Math.max(0, 1 - Math.abs(first + k - centre) / reach));
    const total = raw.reduce((sum, weight) => sum + weight, 0);
    return total > 0 ? { first, weights: raw.map((weight) => weight / total) } : { first: Math.round(centre), weights: [1] };
  });
}

/** Takes the mean of the square of edge `2·radius + 1` around each point from it, cut off at the edges. */
export function withoutSurroundings({ width, height, values }: Plane, radius: number): Plane {
  const sums = summedArea(width, height, values);
  const out = new Float32Array(values.length);
  for (let y = 0; y < height; y += 1) {
    const [top, bottom] = [Math.max(0, y - radius), Math.min(height, y + radius + 1)];
    for (let x = 0; x < width; x += 1) {
      const [left, right] = [Math.max(0, x - radius), Math.min(width, x + radius + 1)];
      const at = (row: number, column: number) => sums[row * (width + 1) + column] ?? 0;
      const mean = (at(bottom, right) - at(top, right) - at(bottom, left) + at(top, left)) / ((bottom - top) * (right - left));
      out[y * width + x] = (values[y * width + x] ?? 0) - mean;
    }
  }
  return { width, height, values: out };
}

/** The sum of everything above and left of each corner, [height + 1, width + 1] (Crow 1984). */
function summedArea(width: number, height: number, values: Float32Array): Float64Array {
  const sums = new Float64Array((width + 1) * (height + 1));
  for (let y = 0; y < height; y += 1) {
    let row = 0;
    for (let x = 0; x < width; x += 1) {
      row += values[y * width + x] ?? 0;
      sums[(y + 1) * (width + 1) + x + 1] = (sums[y * (width + 1) + x + 1] ?? 0) + row;
    }
  }
  return sums;
}
