/**
 * The watermark's pattern: a square tile that repeats over the picture, made of middle frequencies whose signs carry
 * the bits (spread spectrum: Cox et al. 1997, "Secure spread spectrum watermarking for multimedia", IEEE Trans. Image
 * Processing 6; a periodic tile against cropping: Honsinger and Rabbani 2000, "Data embedding using phase dispersion").
 *
 * It lives on a grid of its own on which every picture covers 256² points, whatever its size in pixels: an enlarged or
 * reduced picture has the same pattern on it.
 */
import { type ComplexSquare, complexSquare, transform } from './fourier.ts';
import { MARK_BITS } from './mark.ts';

/** Edge of the tile in points of the grid. */
export const TILE = 64;
/** Square root of the points that a picture covers. */
export const GRID = 256;

/** Cycles a tile: below, pictures are strong themselves; above, JPEG and reduction take it away. */
const LOWEST = 5;
const HIGHEST = 20;

/** One frequency of the tile: its place in the transform and in that of its mirror image. */
export interface Frequency {
  readonly u: number;
  readonly v: number;
  /** Index in a transform of edge `TILE`. */
  readonly at: number;
}

/** A frequency whose value is known: it tells that there is a mark, and where the tiles begin. */
export interface PilotFrequency extends Frequency {
  readonly re: 1 | -1;
  readonly im: 1 | -1;
}

/** A frequency whose two parts carry one bit each, flipped by a fixed sign. */
export interface CarrierFrequency extends PilotFrequency {
  readonly reBit: number;
  readonly imBit: number;
}

const { pilots, carriers } = layOut();
export const PILOTS: readonly PilotFrequency[] = pilots;
export const CARRIERS: readonly CarrierFrequency[] = carriers;

/** The tile of a mark, [oversampling·64]² values of mean square 1. */
export function drawTile(bits: readonly number[], oversampling: number): Float32Array {
  const edge = TILE * oversampling;
  const square = complexSquare(edge);
  for (const { u, v, re, im } of PILOTS) put(square, u, v, re, im);
  for (const { u, v, re, im, reBit, imBit } of CARRIERS) put(square, u, v, re * (bits[reBit] ?? 0), im * (bits[imBit] ?? 0));
  transform(square, 'backwards');
  // Each of the 2n placed values has modulus √2, so that the sum's mean square is 4n.
  const scale = 1 / Math.sqrt(4 * (PILOTS.length + CARRIERS.length));
  return Float32Array.from(square.re, (value) => value * scale);
}

/** A value and its conjugate at the mirrored frequency: the pattern is real. */
function put({ edge, re, im }: ComplexSquare, u: number, v: number, valueRe: number, valueIm: number): void {
  const at = wrap(v, edge) * edge + wrap(u, edge);
  const mirror = wrap(-v, edge) * edge + wrap(-u, edge);
  re[at] = valueRe;
  im[at] = valueIm;
  re[mirror] = valueRe;
  im[mirror] = -valueIm;
}

function wrap(frequency: number, edge: number): number {
  return (frequency + edge) % edge;
}

/** Deals the frequencies of the ring out: every second one a pilot, the others to the bits in turn, all with random but fixed signs. */
function layOut(): { readonly pilots: readonly PilotFrequency[]; readonly carriers: readonly CarrierFrequency[] } {
  const random = randomNumbers(0x52_65_66_69);
  const ring: Frequency[] = [];
  for (let v = 0; v <= HIGHEST; v += 1) {
    for (let u = -HIGHEST; u <= HIGHEST; u += 1) {
      const isOfUpperHalf = v > 0 || u > 0;
      const radius = Math.hypot(u, v);
      if (isOfUpperHalf && radius >= LOWEST && radius <= HIGHEST) ring.push({ u, v, at: v * TILE + wrap(u, TILE) });
    }
  }
  const dealt = ring.map((frequency) => ({ frequency, order: random() })).toSorted((a, b) => a.order - b.order);
  const sign = (): 1 | -1 => (random() < 0.5 ? 1 : -1);
  const signed = dealt.map(({ frequency }): PilotFrequency => ({ ...frequency, re: sign(), im: sign() }));
  return {
    pilots: signed.filter((_, i) => i % 2 === 0),
    carriers: signed.filter((_, i) => i % 2 === 1).map((frequency, i) => ({ ...frequency, reBit: (2 * i) % MARK_BITS, imBit: (2 * i + 1) % MARK_BITS })),
  };
}

/** Numbers in [0, 1) that are the same everywhere: mulberry32, by Tommy Ettinger. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d_2b_79_f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
