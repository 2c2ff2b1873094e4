import type { ImagineWork, Work } from '../../core/job.ts';
import { inStyle } from '../../core/styles.ts';
import type { Model } from '../../core/model.ts';
import type { Picture } from '../sdxl/picture/picture.ts';
import type { LoraUse } from '../sdxl/lora/lora-use.ts';
import { decodeLatents } from '../sdxl/pipeline/decode.ts';
import { finishWithRefiner } from '../sdxl/pipeline/refine-latents.ts';
import { refinePicture } from '../sdxl/pipeline/refine-picture.ts';
import type { Latents, Sdxl } from '../sdxl/pipeline/sdxl.ts';
import { paintBase } from '../sdxl/pipeline/text-to-image.ts';
import type { RunState, Watch } from '../sdxl/pipeline/watch.ts';
import type { Upscaler } from '../upscaling/upscaler.ts';
import { nativeWindows } from './native-windows.ts';
import { passingHandover } from './passing-handover.ts';
import type { StoppedRun } from './run-state-file.ts';

/** Where the painting of one picture begins: at the start, between two steps, or where the base handed over. */
export type PaintFrom =
  | { readonly at: 'start' }
  | ({ readonly at: 'step' } & StoppedRun)
  | { readonly at: 'handover'; readonly latents: Latents };

/** One model with its engine, and what enlarges its pictures. */
export interface Engine {
  readonly sdxl: Sdxl;
  readonly model: Model;
  /** Applied to the base. */
  readonly loras?: readonly LoraUse[] | undefined;
  readonly upscaler: Upscaler;
}

/** What is kept while a picture is painted. */
export interface Keeping {
  /** Keeps the latents where the base hands over and returns the ones to go on from. */
  readonly handover: (latents: Latents) => Promise<Latents>;
  /** Keeps the latents that the base would have handed over, had it not painted on to the end. */
  readonly passing: (latents: Latents) => Promise<void>;
}

/** Paints one picture of an `/imagine` job. */
export async function paintImagined(engine: Engine, work: ImagineWork, seed: number, from: PaintFrom, watch: Watch, keep: Keeping): Promise<Picture> {
  const { sdxl, model, loras, upscaler } = engine;
  const texts = textsOf(work);
  const seeds = [seed];
  const { width, height, steps } = work;
  const form = steps === 1 && work.refine === 'ensemble' ? 'none' : work.refine; // a single step cannot be shared
  const share = form === 'ensemble' ? { denoisingEnd: model.denoisingEnd } : {};
  const watched = form === 'none' ? passingHandover(engine, { steps }, watch, keep.passing) : watch;

  const handover = async () => {
    if (from.at === 'handover') return from.latents;
    const latents = await paintBase(sdxl, { ...texts, loras, seeds, width, height, steps, ...share, ...resumeAt('base', from) }, watched);
    return form === 'none' ? latents : keep.handover(latents);
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
  const raised = { width: toLatentGrid(width * refineScale), height: toLatentGrid(height * refineScale) };
  const picture = resumed.resume?.latents ?? (await upscaler.enlarge(await onePicture(sdxl, await handover()), raised, watch)).picture;
  const latents = await refinePicture(sdxl, { ...texts, seeds, steps: sdeditSteps(steps, strength), strength, picture, windows: nativeWindows(raised, model), ...resumed }, watch);
  return onePicture(sdxl, latents);
}

/** SDEdit runs `steps × strength` steps, rounded down; a picture that was painted in very few is still refined by one. */
export function sdeditSteps(steps: number, strength: number): number {
  return Math.max(steps, Math.ceil(1 / strength));
}

/** Weights and prompts of any length are read; a plain prompt that fits is read as ever. */
export function textsOf(work: Work) {
  const { guidanceScale, guidanceRescale, clipSkip, prompt2, style } = work;
  const second = prompt2 === undefined ? {} : { prompt2: inStyle({ prompt: prompt2, negativePrompt: null, style }).prompt };
  return { ...inStyle(work), ...second, guidanceScale, guidanceRescale, clipSkip, promptSyntax: 'weighted' as const };
}

export function resumeAt(stage: StoppedRun['stage'], from: PaintFrom): { readonly resume?: RunState } {
  return from.at === 'step' && from.stage === stage ? { resume: from.state } : {};
}

/** One latent is 8 pixels. */
function toLatentGrid(pixels: number): number {
  return Math.round(pixels / 8) * 8;
}

export async function onePicture(sdxl: Sdxl, latents: Latents): Promise<Picture> {
  const [picture] = await decodeLatents(sdxl, latents);
  if (!picture) throw new RangeError('the VAE decoded no picture');
  return picture;
}
