/** Enlarges pictures without moving them: Lanczos3 with pixel centres aligned. */

/** 8-bit RGB, row by row. */
interface Picture {
  readonly width: number;
  readonly height: number;
  readonly rgb: Uint8Array;
}

const LOBES = 3;
const CHANNELS = 3;

/** For each output pixel of one axis: the first input pixel it reads and the weights from there on. */
interface Taps {
  readonly starts: Int32Array;
  /** `TAPS` weights an output pixel, summing to 1; 0 where the kernel leaves the picture. */
  readonly weights: Float32Array;
}

const TAPS = 2 * LOBES;

/**
 * Enlarges to `width` × `height` (each at least the picture's own) with Lanczos3, first along rows, then along columns.
 *
 * Output pixel `j` samples the input at `(j + ½)/s − ½`: centres stay where they were. sharp's `resize` is shifted by
 * half an output pixel when it enlarges, which would show each time a picture is refined and enlarged again.
 */
export function enlarge(picture: Picture, width: number, height: number): Picture {
  if (width < picture.width || height < picture.height) {
    throw new RangeError(`cannot enlarge ${picture.width}×${picture.height} to ${width}×${height}: that is smaller`);
  }
  const wide = enlargeRows(picture, tapsOf(picture.width, width), width);
  return { width, height, rgb: enlargeColumns(wide, picture.height, width, tapsOf(picture.height, height), height) };
}

/** Duchon 1979: `sinc(x)·sinc(x/3)` within three pixels. */
function lanczos(x: number): number {
  if (x === 0) return 1;
  if (Math.abs(x) >= LOBES) return 0;
  const t = Math.PI * x;
  return (LOBES * Math.sin(t) * Math.sin(t / LOBES)) / (t * t);
}

function tapsOf(from: number, to: number): Taps {
  const starts = new Int32Array(to);
  const weights = new Float32Array(to * TAPS);
  for (let j = 0; j < to; j += 1) {
    const centre = ((j + 0.5) * from) / to - 0.5;
    const first = Math.floor(centre) - LOBES + 1;
    // Near an edge the window slides inwards, so that every tap reads a pixel; those out of the kernel's reach weigh 0.
    const start = Math.max(0, Math.min(first, from - TAPS));
    starts[j] = start;
    const inside = Array.from({ length: TAPS }, (_, k) => (start + k < from ? lanczos(start + k - centre) : 0));
    const sum = inside.reduce((a, b) => a + b, 0);
    inside.forEach((weight, k) => (weights[j * TAPS + k] = weight / sum));
  }
  return { starts, weights };
}

/** [height, width, 3] → [height, wider, 3], unrounded. */
function enlargeRows({ width, height, rgb }: Picture, { starts, weights }: Taps, wider: number): Float32Array {
  const out = new Float32Array(height * wider * CHANNELS);
  for (let y = 0, o = 0; y < height; y += 1) {
    const row = y * width;
    for (let x = 0; x < wider; x += 1) {
      let r = 0;
      let g = 0;
      let b = 0;
      for (let k = 0, i = (row + at(starts, x)) * CHANNELS; k < TAPS; k += 1, i += CHANNELS) {
        const weight = at(weights, x * TAPS + k);
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
function enlargeColumns(wide: Float32Array, height: number, width: number, taps: Taps, taller: number): Uint8Array {
  const stride = width * CHANNELS;
  const out = new Uint8ClampedArray(taller * stride);
  const sum = new Float32Array(stride);
  for (let y = 0; y < taller; y += 1) {
    sum.fill(0);
    for (let k = 0; k < TAPS; k += 1) {
      const weight = at(taps.weights, y * TAPS + k);
      const row = at(taps.starts, y) + k;
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
