import { detect } from './detect.ts';
import { type Mark, encodeMark } from './mark.ts';
import { type Plane, brightness, resample, withoutSurroundings } from './plane.ts';
import { GRID, TILE, drawTile } from './tile.ts';

interface Picture {
  readonly width: number;
  readonly height: number;
  readonly rgb: Uint8Array;
}

/** Root of the mean square that brightness changes by, in levels of 255: 44, 42 and 40 dB; most pictures need the first alone. */
const STRENGTHS = [1.6, 2, 2.5] as const;
/** The pilots of a mark that is to survive what people do to pictures, in deviations (see `Detection`). */
const ENOUGH_DEVIATIONS = 14;
/** Between the drawn values of the tile it is interpolated linearly. */
const OVERSAMPLING = 4;
/** Where a picture is busy it hides more; where it is flat it gets less than the mean. */
const FLAT_GAIN = 0.75;
const MOST_GAIN = 2;
/** Brightness levels of local contrast at which a place gets one gain more. */
const BUSY_LEVELS = 12;
const BUSY_RADIUS = 4;

/**
 * Adds the watermark to a picture's brightness, as weakly as can be read well: what is full of fine detail needs it stronger.
 * Pictures more than 16 times as long as wide stay as they are.
 */
export function embed(picture: Picture, mark: Mark): Picture {
  const scale = GRID / Math.sqrt(picture.width * picture.height);
  if (Math.min(picture.width, picture.height) * scale < TILE) return picture;
  const tile = drawTile(encodeMark(mark), OVERSAMPLING);
  const gains = gainsOf(resample(brightness(picture), Math.min(1, scale)));
  let marked = picture;
  for (const strength of STRENGTHS) {
    marked = add(picture, tile, gains, strength, scale);
    const found = detect(marked, { wholeOnly: true });
    if (found?.mark && found.deviations >= ENOUGH_DEVIATIONS) break;
  }
  return marked;
}

function add({ width, height, rgb }: Picture, tile: Float32Array, gains: Plane, strength: number, scale: number): Picture {
  const gainScale = Math.min(1, scale);
  const out = new Uint8ClampedArray(rgb.length);
  for (let y = 0, at = 0; y < height; y += 1) {
    const gainRow = Math.min(gains.height - 1, Math.floor((y + 0.5) * gainScale)) * gains.width;
    for (let x = 0; x < width; x += 1, at += 3) {
      const gain = gains.values[gainRow + Math.min(gains.width - 1, Math.floor((x + 0.5) * gainScale))] ?? 1;
      const change = strength * gain * valueAt(tile, (x + 0.5) * scale - 0.5, (y + 0.5) * scale - 0.5);
      for (let c = 0; c < 3; c += 1) out[at + c] = (rgb[at + c] ?? 0) + change;
    }
  }
  return { width, height, rgb: new Uint8Array(out.buffer) };
}

/** How much of the pattern each point bears, of mean square 1. */
function gainsOf(plane: Plane): Plane {
  const { width, height, values } = withoutSurroundings(plane, BUSY_RADIUS);
  const contrast = withoutSurroundings({ width, height, values: values.map(Math.abs) }, BUSY_RADIUS);
  // |x| minus (|x| minus its mean): the mean contrast around each point.
  const gains = values.map((value, i) => Math.min(MOST_GAIN, FLAT_GAIN + (Math.abs(value) - (contrast.values[i] ?? 0)) / BUSY_LEVELS));
  const meanSquare = gains.reduce((sum, gain) => sum + gain * gain, 0) / gains.length;
  return { width, height, values: gains.map((gain) => gain / Math.sqrt(meanSquare)) };
}

/** The tile's value at a point of the grid, between the drawn ones. */
function valueAt(tile: Float32Array, x: number, y: number): number {
  const edge = TILE * OVERSAMPLING;
  const [px, py] = [(x + TILE) * OVERSAMPLING, (y + TILE) * OVERSAMPLING];
  const [left, top] = [Math.floor(px), Math.floor(py)];
  const [fx, fy] = [px - left, py - top];
  const row = (top % edge) * edge;
  const nextRow = ((top + 1) % edge) * edge;
  const [x0, x1] = [left % edge, (left + 1) % edge];
  const upper = (tile[row + x0] ?? 0) * (1 - fx) + (tile[row + x1] ?? 0) * fx;
  const lower = (tile[nextRow + x0] ?? 0) * (1 - fx) + (tile[nextRow + x1] ?? 0) * fx;
  return upper * (1 - fy) + lower * fy;
}
