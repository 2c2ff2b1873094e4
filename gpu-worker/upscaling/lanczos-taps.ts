const LOBES = 3;

/** For each output pixel of one axis: the first input pixel it reads and the weights from there on. */
export interface Taps {
  readonly starts: Int32Array;
  /** `count` weights an output pixel, summing to 1; 0 where the kernel leaves the picture. */
  readonly weights: Float32Array;
  readonly count: number;
}

/**
 * Lanczos3 along one axis of `from` pixels, made `to`, either way: the kernel widens when the picture shrinks.
 *
 * Output pixel `j` samples the input at `(j + ½)·from/to − ½`: centres stay where they were. sharp's `resize` is shifted by half an output
 * pixel when it enlarges, which would show each time a picture is refined and enlarged again.
 */
export function lanczosTaps(from: number, to: number): Taps {
  if (from === to) return { starts: Int32Array.from({ length: to }, (_, j) => j), weights: new Float32Array(to).fill(1), count: 1 };
  const stretch = Math.max(1, from / to);
  const count = 2 * Math.ceil(LOBES * stretch);
  const starts = new Int32Array(to);
  const weights = new Float32Array(to * count);
  for (let j = 0; j < to; j += 1) {
    const centre = ((j + 0.5) * from) / to - 0.5;
    const first = Math.floor(centre) - count / 2 + 1;
    // Near an edge the window slides inwards, so that every tap reads a pixel; those out of the kernel's reach weigh 0.
    const start = Math.max(0, Math.min(first, from - count));
    starts[j] = start;
    const inside = Array.from({ length: count }, (_, k) => (start + k < from ? lanczos((start + k - centre) / stretch) : 0));
    const sum = inside.reduce((a, b) => a + b, 0);
    inside.forEach((weight, k) => (weights[j * count + k] = weight / sum));
  }
  return { starts, weights, count };
}

/** Duchon 1979: `sinc(x)·sinc(x/3)` within three pixels. */
function lanczos(x: number): number {
  if (x === 0) return 1;
  if (Math.abs(x) >= LOBES) return 0;
  const t = Math.PI * x;
  return (LOBES * Math.sin(t) * Math.sin(t / LOBES)) / (t * t);
}
