import sharp from 'sharp';
import type { GraphForm } from '../networks/graph-form.ts';
import { decodeLatents } from '../pipeline/decode.ts';
import { finishInpainting, inpaintPicture, refineMasked } from '../pipeline/inpaint-picture.ts';
import { openSdxl } from '../pipeline/open-sdxl.ts';
import type { PaintRequest } from '../pipeline/paint-request.ts';
import { type FinishRequest, finishWithRefiner } from '../pipeline/refine-latents.ts';
import { refinePicture, type RefineRequest } from '../pipeline/refine-picture.ts';
import { repaintPicture } from '../pipeline/repaint-picture.ts';
import type { Latents, Sdxl } from '../pipeline/sdxl.ts';
import { paintBase } from '../pipeline/text-to-image.ts';
import type { Watch } from '../pipeline/watch.ts';
import type { Mask, Picture } from '../picture/picture.ts';
import { resizePicture } from '../picture/resize-lanczos.ts';
import { measurePrompt } from '../prompt/measure-prompt.ts';
import type { From, Options } from './options.ts';
import type { ProgressBar } from './progress-bar.ts';
import { readMask, readPicture } from './read-picture.ts';

/** Opens the models, paints, writes the files and returns their names. */
export async function paint(options: Options, progress: ProgressBar, signal: AbortSignal): Promise<readonly string[]> {
  const from = options.from && (await readFrom(options.from, options));
  progress.begin('loading');
  const { base, refiner, threads, vaeTile, provider } = options;
  const vaeTiles = vaeTile === undefined ? undefined : { pixels: vaeTile };
  let painter: GraphForm | undefined;
  const sdxl = await openSdxl({ base, refiner, provider, onProvider: (chosen) => (painter = chosen.form), host: 'process', threads, vaeTiles });
  try {
    progress.end(`models opened on ${painter?.provider ?? provider}`);
    for (const line of tellWhatIsCut(sdxl, options)) progress.tell(line);
    const latents = await paintLatents(sdxl, options, from, progress, signal);
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

/** A picture to begin with, and where to paint on it. */
interface Begun {
  readonly picture: Picture;
  readonly mask: Mask | undefined;
  readonly strength: number;
}

async function readFrom({ image, mask, strength }: From, { width, height }: Options): Promise<Begun> {
  const picture = await readPicture(image);
  const fitted = width === undefined && height === undefined ? picture : resizePicture(picture, width ?? picture.width, height ?? picture.height);
  return { picture: fitted, mask: mask === undefined ? undefined : await readMask(mask), strength };
}

function tellWhatIsCut({ base, refiner }: Sdxl, { prompt, negativePrompt, promptSyntax }: Options): readonly string[] {
  const lines = Object.entries({ prompt, negative: negativePrompt ?? '' }).flatMap(([name, text]) =>
    [base, refiner].map((model) => {
      const { tokens, limit, cut } = model === undefined ? NOTHING : measurePrompt(model, text, promptSyntax);
      const advice = promptSyntax === 'plain' ? '; --weighted reads it' : '';
      return cut === '' ? '' : `--${name} has ${tokens} tokens, of which ${limit} are read; not this: "${cut.trim()}"${advice}`;
    }),
  );
  return [...new Set(lines)].filter((line) => line !== '');
}

const NOTHING = { tokens: 0, limit: 0, cut: '' };

async function paintLatents(sdxl: Sdxl, options: Options, from: Begun | undefined, progress: ProgressBar, signal: AbortSignal): Promise<Latents> {
  const { refine, denoisingEnd } = options;
  const request = requestOf(options);
  const watch: Watch = { signal, onStep: ({ step, steps }) => progress.step(step, steps) };
  progress.begin('base');
  const painted = await paintWithBase(sdxl, request, options, from, watch);
  progress.end('painted');
  if (refine === 'none') return painted;

  progress.begin('refiner');
  const refined = { ...request, loras: options.refinerLoras };
  const latents = await (refine === 'ensemble' ? finish(sdxl, { ...refined, latents: painted, denoisingStart: denoisingEnd }, from, watch) : refineAgain(sdxl, { ...refined, picture: painted, strength: options.strength }, from, watch));
  progress.end('refined');
  return latents;
}

function requestOf(options: Options): PaintRequest {
  const { prompt, prompt2, negativePrompt, negativePrompt2, promptSyntax, clipSkip, steps, guidanceScale, guidanceRescale, microConditioning, handover } = options;
  const seeds = Array.from({ length: options.count }, (_, i) => options.seed + i);
  const sampler = { name: options.sampler };
  return { prompt, prompt2, negativePrompt, negativePrompt2, promptSyntax, clipSkip, steps, guidanceScale, guidanceRescale, microConditioning, handover, seeds, sampler };
}

async function paintWithBase(sdxl: Sdxl, request: PaintRequest, options: Options, from: Begun | undefined, watch: Watch): Promise<Latents> {
  const { unet, vae } = sdxl.base.checkpoint;
  const trained = unet.config.sampleSize * vae.config.pixelsPerLatent;
  const { width = trained, height = trained, loras } = options;
  const shared = { ...request, loras, denoisingEnd: options.refine === 'ensemble' ? options.denoisingEnd : undefined };
  if (from === undefined) return paintBase(sdxl, { ...shared, width, height }, watch);
  const { picture, mask, strength } = from;
  return mask === undefined ? repaintPicture(sdxl, { ...shared, picture, strength }, watch) : inpaintPicture(sdxl, { ...shared, picture, mask, strength }, watch);
}

async function finish(sdxl: Sdxl, request: FinishRequest, from: Begun | undefined, watch: Watch): Promise<Latents> {
  if (from?.mask === undefined) return finishWithRefiner(sdxl, request, watch);
  return finishInpainting(sdxl, { ...request, picture: from.picture, mask: from.mask }, watch);
}

async function refineAgain(sdxl: Sdxl, request: RefineRequest & { readonly picture: Latents }, from: Begun | undefined, watch: Watch): Promise<Latents> {
  return from?.mask === undefined ? refinePicture(sdxl, request, watch) : refineMasked(sdxl, { ...request, mask: from.mask }, watch);
}

async function writePng({ width, height, rgb }: Picture, file: string): Promise<void> {
  await sharp(rgb, { raw: { width, height, channels: 3 } }).png().toFile(file);
}
