import type { Picture } from './picture.ts';

/** Interleaved 8-bit samples: RGB has 3 channels, a mask 1. */
export interface Raster {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly bytes: Uint8Array;
}

/** Pillow's 8-bit resampling works in fixed point with 22 bits after the comma. */
const ONE = 2 ** 22;
const LOBES = 3;

/** Which input samples make one output sample, and how much each counts. */
interface Window {
  readonly first: number;
  readonly weights: readonly number[];
}

/**
 * `Image.resize((width, height), LANCZOS)` of Pillow, byte for byte: windows widen when shrinking, the horizontal pass is
 * rounded to bytes before the vertical one (https://github.com/python-pillow/Pillow/blob/main/src/libImaging/Resample.c).
 */
export function resizeLanczos(raster: Raster, width: number, height: number): Raster {
  const across = raster.width === width ? raster : resizeRows(raster, width);
  return across.height === height ? across : resizeColumns(across, height);
}

/** The picture at another size. */
export function resizePicture(picture: Picture, width: number, height: number): Picture {
  const raster = { width: picture.width, height: picture.height, channels: 3, bytes: picture.rgb };
  return { width, height, rgb: resizeLanczos(raster, width, height).bytes };
}

function resizeRows({ width, height, channels, bytes }: Raster, to: number): Raster {
  const resized = new Uint8Array(to * height * channels);
  for (const [x, { first, weights }] of windows(width, to).entries()) {
    for (let y = 0; y < height; y++) {
      for (let c = 0; c < channels; c++) {
        let sum = ONE / 2;
        for (let k = 0; k < weights.length; k++) sum += (weights[k] ?? 0) * (bytes[(y * width + first + k) * channels + c] ?? 0);
        resized[(y * to + x) * channels + c] = toByte(sum);
      }
    }
  }
  return { width: to, height, channels, bytes: resized };
}

function resizeColumns({ width, height, channels, bytes }: Raster, to: number): Raster {
  const resized = new Uint8Array(width * to * channels);
  const row = width * channels;
  for (const [y, { first, weights }] of windows(height, to).entries()) {
    for (let i = 0; i < row; i++) {
      let sum = ONE / 2;
      for (let k = 0; k < weights.length; k++) sum += (weights[k] ?? 0) * (bytes[(first + k) * row + i] ?? 0);
      resized[y * row + i] = toByte(sum);
    }
  }
  return { width, height: to, channels, bytes: resized };
}

function windows(from: number, to: number): readonly Window[] {
  const scale = from / to;
  const stretch = Math.max(1, scale);
  const support = LOBES * stretch;
  return Array.from({ length: to }, (_, x) => {
    const center = (x + 0.5) * scale;
    const first = Math.max(0, Math.trunc(center - support + 0.5));
    const end = Math.min(from, Math.trunc(center + support + 0.5));
    const raw = Array.from({ length: end - first }, (_, k) => lanczos((k + first - center + 0.5) * (1 / stretch)));
    const total = raw.reduce((sum, weight) => sum + weight, 0);
    // Rounded away from zero at halves, as C's cast after adding or subtracting one half.
    return { first, weights: raw.map((weight) => Math.trunc((weight / total) * ONE + Math.sign(weight) * 0.5)) };
  });
}

function lanczos(x: number): number {
  return Math.abs(x) < LOBES ? sinc(x) * sinc(x / LOBES) : 0;
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(x * Math.PI) / (x * Math.PI);
}

function toByte(fixedPoint: number): number {
  return Math.min(255, Math.max(0, Math.floor(fixedPoint / ONE)));
}
