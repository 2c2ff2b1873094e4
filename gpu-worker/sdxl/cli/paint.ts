import sharp from 'sharp';
import { decodeLatents } from '../pipeline/decode.ts';
import { openSdxl } from '../pipeline/open-sdxl.ts';
import { finishWithRefiner } from '../pipeline/refine-latents.ts';
import { refinePicture } from '../pipeline/refine-picture.ts';
import type { Latents, Sdxl } from '../pipeline/sdxl.ts';
import { paintBase } from '../pipeline/text-to-image.ts';
import type { Watch } from '../pipeline/watch.ts';
import type { Picture } from '../picture/picture.ts';
import type { Options } from './options.ts';
import type { ProgressBar } from './progress-bar.ts';

/** Opens the models, paints, writes the files and returns their names. */
export async function paint(options: Options, progress: ProgressBar, signal: AbortSignal): Promise<readonly string[]> {
  progress.begin('loading');
  const { base, refiner, threads, vaeTile } = options;
  const vaeTiles = vaeTile === undefined ? undefined : { pixels: vaeTile };
  const sdxl = await openSdxl({ base, refiner, provider: 'cpu', host: 'process', threads, vaeTiles });
  try {
    progress.end('models opened');
    const latents = await paintLatents(sdxl, options, progress, signal);
    progress.begin('decoding');
    const pictures = await decodeLatents(sdxl, latents);
    const files = pictures.map((_, i) => (pictures.length === 1 ? options.out : options.out.replace(/\.png$/i, `-${i + 1}.png`)));
    for (const [i, picture] of pictures.entries()) await writePng(picture, files[i] ?? options.out);
    progress.end(pictures.length === 1 ? 'picture written' : `${pictures.length} pictures written`);
    return files;
  } finally {
    await sdxl.close();
  }
}

async function paintLatents(sdxl: Sdxl, options: Options, progress: ProgressBar, signal: AbortSignal): Promise<Latents> {
  const { prompt, negativePrompt, steps, guidanceScale, refine, strength, denoisingEnd, seed, count } = options;
  const { unet, vae } = sdxl.base.checkpoint;
  const trained = unet.config.sampleSize * vae.config.pixelsPerLatent;
  const seeds = Array.from({ length: count }, (_, i) => seed + i);
  const { width = trained, height = trained } = options;
  const request = { prompt, negativePrompt, steps, guidanceScale, seeds };
  const watch: Watch = { signal, onStep: ({ step, steps }) => progress.step(step, steps) };

  progress.begin('base');
  const painted = await paintBase(sdxl, { ...request, width, height, denoisingEnd: refine === 'ensemble' ? denoisingEnd : undefined }, watch);
  progress.end('painted');
  if (refine === 'none') return painted;

  progress.begin('refiner');
  const refined =
    refine === 'ensemble'
      ? await finishWithRefiner(sdxl, { ...request, latents: painted, denoisingStart: denoisingEnd }, watch)
      : await refinePicture(sdxl, { ...request, picture: painted, strength }, watch);
  progress.end('refined');
  return refined;
}

async function writePng({ width, height, rgb }: Picture, file: string): Promise<void> {
  await sharp(rgb, { raw: { width, height, channels: 3 } }).png().toFile(file);
}
