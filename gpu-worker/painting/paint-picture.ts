import type { ImagineWork, RefineWork } from '../../core/job.ts';
import type { Model } from '../../core/model.ts';
import type { Picture } from '../sdxl/picture/picture.ts';
import { decodeLatents } from '../sdxl/pipeline/decode.ts';
import { finishWithRefiner } from '../sdxl/pipeline/refine-latents.ts';
import { refinePicture } from '../sdxl/pipeline/refine-picture.ts';
import type { Latents, Sdxl } from '../sdxl/pipeline/sdxl.ts';
import { paintBase } from '../sdxl/pipeline/text-to-image.ts';
import type { RunState, Watch } from '../sdxl/pipeline/watch.ts';
import { enlarge } from '../upscaling/enlarge.ts';
import type { StoppedRun } from './run-state-file.ts';

/** Where the painting of one picture begins: at the start, between two steps, or where the base handed over. */
export type PaintFrom =
  | { readonly at: 'start' }
  | ({ readonly at: 'step' } & StoppedRun)
  | { readonly at: 'handover'; readonly latents: Latents };

/** One model with its engine. */
export interface Engine {
  readonly sdxl: Sdxl;
  readonly model: Model;
}

/**
 * Paints one picture of an `/imagine` job.
 * @param onHandover keeps the latents where the base hands over and returns the ones to go on from
 */
export async function paintImagined(
  { sdxl, model }: Engine,
  work: ImagineWork,
  seed: number,
  from: PaintFrom,
  watch: Watch,
  onHandover: (latents: Latents) => Promise<Latents>,
): Promise<Picture> {
  const texts = textsOf(work);
  const seeds = [seed];
  const { width, height, steps } = work;
  const form = steps === 1 && work.refine === 'ensemble' ? 'none' : work.refine; // a single step cannot be shared
  const share = form === 'ensemble' ? { denoisingEnd: model.denoisingEnd } : {};

  const handover = async () => {
    if (from.at === 'handover') return from.latents;
    const latents = await paintBase(sdxl, { ...texts, seeds, width, height, steps, ...share, ...resumeAt('base', from) }, watch);
    return form === 'none' ? latents : onHandover(latents);
  };
  const resumed = resumeAt('refiner', from);
  if (form === 'none') return onePicture(sdxl, await handover());
  if (form === 'ensemble') {
    const latents = resumed.resume?.latents ?? (await handover());
    return onePicture(
      sdxl,
      await finishWithRefiner(sdxl, { ...texts, seeds, steps, latents, denoisingStart: model.denoisingEnd, ...resumed }, watch),
    );
  }
  const { refineScale, refineStrength: strength } = model;
  const picture =
    resumed.resume?.latents ??
    enlarge(await onePicture(sdxl, await handover()), toLatentGrid(width * refineScale), toLatentGrid(height * refineScale));
  const latents = await refinePicture(sdxl, { ...texts, seeds, steps: sdeditSteps(steps, strength), strength, picture, ...resumed }, watch);
  return onePicture(sdxl, latents);
}

/** Paints a ✨ job: the refiner raises a finished picture to the job's size (SDEdit). */
export async function paintRefined(
  { sdxl }: Engine,
  work: RefineWork,
  source: Picture,
  from: PaintFrom,
  watch: Watch,
): Promise<Picture> {
  const { width, height, strength, seed } = work;
  const steps = sdeditSteps(work.steps, strength);
  const resumed = resumeAt('refiner', from);
  const picture = resumed.resume?.latents ?? enlarge(source, Math.max(width, source.width), Math.max(height, source.height));
  return onePicture(sdxl, await refinePicture(sdxl, { ...textsOf(work), seeds: [seed], steps, strength, picture, ...resumed }, watch));
}

/** SDEdit runs `steps × strength` steps, rounded down; a picture that was painted in very few is still refined by one. */
function sdeditSteps(steps: number, strength: number): number {
  return Math.max(steps, Math.ceil(1 / strength));
}

function textsOf({ prompt, negativePrompt, guidanceScale }: ImagineWork | RefineWork) {
  return { prompt, negativePrompt, guidanceScale };
}

function resumeAt(stage: StoppedRun['stage'], from: PaintFrom): { readonly resume?: RunState } {
  return from.at === 'step' && from.stage === stage ? { resume: from.state } : {};
}

/** One latent is 8 pixels. */
function toLatentGrid(pixels: number): number {
  return Math.round(pixels / 8) * 8;
}

async function onePicture(sdxl: Sdxl, latents: Latents): Promise<Picture> {
  const [picture] = await decodeLatents(sdxl, latents);
  if (!picture) throw new RangeError('the VAE decoded no picture');
  return picture;
}
