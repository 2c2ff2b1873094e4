/** The upscaler that ships beside aligned Lanczos3: how near to the original, seams, time and memory. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import type { Picture } from '../../gpu-worker/sdxl/picture/picture.ts';
import { resizePicture } from '../../gpu-worker/sdxl/picture/resize-lanczos.ts';
import { ESRGAN_THICK } from '../../gpu-worker/upscaling/esrgan-thick/esrgan-thick.ts';
import { type NetworkUpscaler, openNetworkUpscaler } from '../../gpu-worker/upscaling/network-upscaler.ts';
import { LANCZOS, type Upscaler } from '../../gpu-worker/upscaling/upscaler.ts';
import { psnr, ssim } from './picture-quality.ts';
import { readCpuSeconds } from './process-cpu.ts';
import { childPids, readProcessMemory } from './process-memory.ts';
import { printRefinementSeams } from './refinement-seams.ts';
import { formatTable } from './table.ts';

/** Debian's python3-skimage brings these; of each the middle is taken. */
const PHOTOS_FOLDER = '/usr/lib/python3/dist-packages/skimage/data';
const PHOTOS = ['astronaut.png', 'chelsea.png', 'coffee.png', 'rocket.jpg', 'motorcycle_left.png'];
const EDGE = 256;
const TIMED_EDGES = [128, 256];
const TILE = 96;

export async function benchUpscaling(photosFolder = PHOTOS_FOLDER): Promise<void> {
  const esrgan = await open();
  try {
    const photos = await readPhotos(photosFolder);
    if (photos.length === 0) console.log(`No photographs: ${photosFolder} is not there. Install Debian's python3-skimage, or name its data folder by --photos.\n`);
    else await printQuality(photos, esrgan);
    await printSeams([...photos.slice(0, 2), ['flat sky', flat()], ['checker', checker()]], esrgan);
    await printCost(esrgan);
  } finally {
    await esrgan.close();
  }
  await printRefinementSeams();
}

function open(tilePixels?: number): Promise<NetworkUpscaler> {
  return openNetworkUpscaler({ name: 'ESRGAN', file: ESRGAN_THICK, provider: 'cpu', host: 'process', tilePixels });
}

type Named = readonly [string, Picture];

async function readPhotos(folder: string): Promise<readonly Named[]> {
  const files = PHOTOS.map((name) => path.join(folder, name)).filter((file) => existsSync(file));
  return Promise.all(
    files.map(async (file): Promise<Named> => {
      const { data } = await sharp(file).removeAlpha().toColourspace('srgb').resize(EDGE, EDGE, { fit: 'cover', withoutEnlargement: true }).raw().toBuffer({ resolveWithObject: true });
      return [path.basename(file), { width: EDGE, height: EDGE, rgb: new Uint8Array(data) }];
    }),
  );
}

async function printQuality(photos: readonly Named[], esrgan: Upscaler): Promise<void> {
  for (const scale of [4, 2]) {
    const rows: string[][] = [];
    const gains: number[] = [];
    for (const [name, original] of photos) {
      const small = resizePicture(original, EDGE / scale, EDGE / scale);
      const { picture: byLanczos } = await LANCZOS.enlarge(small, original);
      const { picture: byNetwork } = await esrgan.enlarge(small, original);
      gains.push(psnr(original, byNetwork) - psnr(original, byLanczos));
      rows.push([name, ...[psnr(original, byLanczos), psnr(original, byNetwork)].map((db) => db.toFixed(2)), ...[ssim(original, byLanczos), ssim(original, byNetwork)].map((share) => share.toFixed(4))]);
    }
    const mean = gains.reduce((sum, gain) => sum + gain, 0) / gains.length;
    console.log(`×${scale}: photographs reduced and enlarged again; the network gains ${mean.toFixed(2)} dB on average\n`);
    console.log(`${formatTable(['photograph', 'Lanczos dB', 'ESRGAN dB', 'Lanczos SSIM', 'ESRGAN SSIM'], rows)}\n`);
  }
}

/** In tiles of 96 pixels, borders included, against one piece. */
async function printSeams(pictures: readonly Named[], whole: Upscaler): Promise<void> {
  const tiled = await open(TILE);
  try {
    const rows: string[][] = [];
    for (const [name, picture] of pictures) {
      const source = resizePicture(picture, EDGE / 2, EDGE / 2);
      const to = { width: 2 * EDGE, height: 2 * EDGE };
      const [{ picture: a }, { picture: b }] = [await tiled.enlarge(source, to), await whole.enlarge(source, to)];
      const apart = a.rgb.map((value, i) => Math.abs(value - (b.rgb[i] ?? 0)));
      rows.push([name, String(apart.reduce((most, value) => Math.max(most, value), 0)), (100 * (apart.filter((value) => value > 0).length / apart.length)).toFixed(3)]);
    }
    console.log(`In tiles of ${TILE} pixels against one piece, in levels of 255\n`);
    console.log(`${formatTable(['picture', 'most', 'differing %'], rows)}\n`);
  } finally {
    await tiled.close();
  }
}

async function printCost(esrgan: NetworkUpscaler): Promise<void> {
  const rows: string[][] = [];
  for (const edge of TIMED_EDGES) {
    const source = resizePicture(checker(), edge, edge);
    const to = { width: 4 * edge, height: 4 * edge };
    const [lanczos, network] = [await secondsOf(LANCZOS, source, to), await secondsOf(esrgan, source, to)];
    const megapixels = (to.width * to.height) / 1e6;
    rows.push([`${edge} × ${edge} → ${to.width} × ${to.height}`, (lanczos / megapixels).toFixed(2), (network / megapixels).toFixed(2), (network / lanczos).toFixed(0)]);
  }
  console.log('CPU-seconds for a megapixel of the result, ×4\n');
  console.log(`${formatTable(['picture', 'Lanczos', 'ESRGAN', 'times'], rows)}\n`);
  const memory = await Promise.all((await childPids()).map(readProcessMemory));
  const largest = Math.max(0, ...memory.map((each) => each?.peakMiB ?? 0));
  if (largest > 0) console.log(`The network's process took ${largest.toFixed(0)} MiB at most.\n`);
}

async function secondsOf(upscaler: Upscaler, source: Picture, to: Pick<Picture, 'width' | 'height'>): Promise<number> {
  const startedAt = await cpuSeconds();
  await upscaler.enlarge(source, to);
  return (await cpuSeconds()) - startedAt;
}

/** Of this process and of its children: what else the machine does hardly matters then. */
async function cpuSeconds(): Promise<number> {
  const each = await Promise.all([process.pid, ...(await childPids())].map(readCpuSeconds));
  return each.reduce((sum, seconds) => sum + seconds, 0);
}

function flat(): Picture {
  return { width: EDGE, height: EDGE, rgb: Uint8Array.from({ length: 3 * EDGE ** 2 }, (_, i) => [110, 160, 220][i % 3] ?? 0) };
}

function checker(): Picture {
  const isLight = (pixel: number) => ((((pixel % EDGE) >> 3) + (Math.floor(pixel / EDGE) >> 3)) & 1) === 0;
  return { width: EDGE, height: EDGE, rgb: Uint8Array.from({ length: 3 * EDGE ** 2 }, (_, i) => (isLight(Math.floor(i / 3)) ? 240 : 20)) };
}
