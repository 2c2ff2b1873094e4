import { type Mark, decodeMark, MARK_BITS } from './mark.ts';
import { type ComplexSquare, complexSquare, transform } from './fourier.ts';
import { type Plane, brightness, resample, withoutSurroundings } from './plane.ts';
import { CARRIERS, GRID, PILOTS, TILE } from './tile.ts';

/** What was found of the watermark in a picture. */
export interface Detection {
  /** What it says; absent when its checksum does not fit, though the pilots are there. */
  readonly mark?: Mark;
  /**
   * How many standard deviations the pilots stand above what a picture without a mark gives; at most 24.
   * Chance: how probable so much is anywhere in the search, for a picture without a mark.
   */
  readonly deviations: number;
  readonly chance: number;
  /** How much of the original's width and height was cut away, when it was found by search; 1: nothing. */
  readonly cut: number;
  /** For each coded bit, how much speaks for a one. */
  readonly evidence: Float64Array;
}

/** A mark is said to be there when this much chance, or less, is left that it is none. */
export const MOST_CHANCE = 1e-6;

/** The largest crop that is searched for: the original's edge over what is left of it, as areas go. */
const MOST_CUT = 1.6;
const CUT_STEP = 1.006;
/** So little chance, and a checksum that fits: the search need not go on. */
const CERTAIN = 1e-12;
/** Deviations: what a picture without a mark reaches at the best of all shifts, and less than one with a mark that could be read. */
const WORTH_READING = 4.5;
/** Points around each that its mean is taken from; and what a point may count at most, in brightness: edges would drown the rest. */
const RADIUS = 3;
const MOST_LEVEL = 3;

/**
 * Looks for the watermark: first as if the picture were whole, then, unless `wholeOnly`, as if anything of it had been cut away.
 * Pictures below 64 points an edge hold none.
 */
export function detect(picture: { readonly width: number; readonly height: number; readonly rgb: Uint8Array }, { wholeOnly = false } = {}): Detection | undefined {
  const scale = GRID / Math.sqrt(picture.width * picture.height);
  if (Math.min(picture.width, picture.height) * scale < TILE) return undefined;
  const plane = brightness(picture);
  const whole = read(foldedSpectrum(resample(plane, scale)), { x: 0, y: 0 }, 1, 1);
  if (wholeOnly || (whole.mark && whole.chance < MOST_CHANCE)) return whole;
  return searchCrops(plane, scale) ?? whole;
}

/** The best over all amounts that may have been cut away, each with all places at which the tiles may begin. */
function searchCrops(plane: Plane, scale: number): Detection | undefined {
  // Once down to little more than the grid, so that each trial is cheap.
  const base = scale < 0.5 ? resample(plane, 2 * scale) : plane;
  const baseScale = GRID / Math.sqrt(base.width * base.height);
  const trials = Math.ceil(Math.log(MOST_CUT) / Math.log(CUT_STEP));
  let best: Detection | undefined;
  for (let trial = 0; trial < trials; trial += 1) {
    const cut = CUT_STEP ** trial;
    const sampled = resample(base, baseScale / cut);
    if (Math.min(sampled.width, sampled.height) < TILE) break;
    const spectrum = foldedSpectrum(sampled);
    const shift = likeliestShift(spectrum);
    // Reading costs more than all the rest: most trials are far from worth it.
    if (deviationsAt(spectrum, shift) < WORTH_READING) continue;
    const found = read(spectrum, refine(spectrum, shift), cut, trials * TILE * TILE);
    if (!best || found.deviations > best.deviations) best = found;
    if (found.mark && found.chance < CERTAIN) break;
  }
  return best;
}

/** The transform of the mean of all tiles, each point limited in what it counts, and each frequency too. */
function foldedSpectrum(sampled: Plane): ComplexSquare {
  const { width, height, values } = withoutSurroundings(sampled, RADIUS);
  const square = complexSquare(TILE);
  const counts = new Uint16Array(TILE * TILE);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const at = (y % TILE) * TILE + (x % TILE);
      square.re[at] = (square.re[at] ?? 0) + Math.max(-MOST_LEVEL, Math.min(MOST_LEVEL, values[y * width + x] ?? 0));
      counts[at] = (counts[at] ?? 0) + 1;
    }
  }
  for (let i = 0; i < counts.length; i += 1) square.re[i] = (square.re[i] ?? 0) / Math.max(1, counts[i] ?? 0);
  transform(square, 'forwards');
  limit(square);
  return square;
}

/** A picture with a pattern of its own, a fence or a checker, is strong in a few frequencies: none may count more than the usual one. */
function limit({ re, im }: ComplexSquare): void {
  const moduli = [...PILOTS, ...CARRIERS].map(({ at }) => Math.hypot(re[at] ?? 0, im[at] ?? 0)).toSorted((a, b) => a - b);
  const usual = moduli[moduli.length >> 1] ?? 0;
  for (const { at } of [...PILOTS, ...CARRIERS]) {
    const factor = 1 / Math.max(usual, Math.hypot(re[at] ?? 0, im[at] ?? 0), 1e-9);
    re[at] = (re[at] ?? 0) * factor;
    im[at] = (im[at] ?? 0) * factor;
  }
}

interface Shift {
  readonly x: number;
  readonly y: number;
}

/** Where the tiles begin: the peak of the correlation with the pilots, over all shifts at once. */
function likeliestShift({ re, im }: ComplexSquare): Shift {
  const correlation = complexSquare(TILE);
  for (const pilot of PILOTS) {
    const [a = 0, b = 0] = [re[pilot.at], im[pilot.at]];
    // The spectrum times the conjugate of what is expected.
    correlation.re[pilot.at] = a * pilot.re + b * pilot.im;
    correlation.im[pilot.at] = b * pilot.re - a * pilot.im;
  }
  transform(correlation, 'backwards');
  let peak = 0;
  for (let i = 1; i < correlation.re.length; i += 1) if ((correlation.re[i] ?? 0) > (correlation.re[peak] ?? 0)) peak = i;
  return { x: peak % TILE, y: Math.floor(peak / TILE) };
}

/** The same to a quarter of a point: a crop need not begin on one. */
function refine(spectrum: ComplexSquare, { x, y }: Shift): Shift {
  const around = [-0.5, -0.25, 0, 0.25, 0.5];
  const shifts = around.flatMap((dy) => around.map((dx) => ({ x: x + dx, y: y + dy })));
  return shifts.reduce((best, shift) => (deviationsAt(spectrum, shift) > deviationsAt(spectrum, best) ? shift : best));
}

/** The pilots' correlation over its standard deviation for a picture that knows nothing of their signs. */
function deviationsAt(spectrum: ComplexSquare, shift: Shift): number {
  let sum = 0;
  let power = 0;
  for (const pilot of PILOTS) {
    const { re, im } = turnedBack(spectrum, pilot, shift);
    sum += re * pilot.re + im * pilot.im;
    power += re * re + im * im;
  }
  return sum / Math.sqrt(power || 1);
}

/** The value at a frequency, if the tiles began at the corner. */
function turnedBack({ re, im }: ComplexSquare, { u, v, at }: { readonly u: number; readonly v: number; readonly at: number }, { x, y }: Shift): { readonly re: number; readonly im: number } {
  const angle = (2 * Math.PI * (u * x + v * y)) / TILE;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const [a = 0, b = 0] = [re[at], im[at]];
  return { re: a * cos - b * sin, im: a * sin + b * cos };
}

function read(spectrum: ComplexSquare, shift: Shift, cut: number, trials: number): Detection {
  const evidence = new Float64Array(MARK_BITS);
  for (const carrier of CARRIERS) {
    const { re, im } = turnedBack(spectrum, carrier, shift);
    evidence[carrier.reBit] = (evidence[carrier.reBit] ?? 0) + re * carrier.re;
    evidence[carrier.imBit] = (evidence[carrier.imBit] ?? 0) + im * carrier.im;
  }
  const mark = decodeMark(evidence);
  const deviations = deviationsAt(spectrum, shift);
  return { ...(mark && { mark }), deviations, chance: Math.min(1, trials * upperTail(deviations)), cut, evidence };
}

/** The chance that a normal variable exceeds `z`; for large z by Mills' ratio, which is a little more than the truth. */
function upperTail(z: number): number {
  if (z < 1) return 0.5;
  return Math.exp(-z * z / 2) / (z * Math.sqrt(2 * Math.PI));
}
