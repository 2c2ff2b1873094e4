/** Paints from a finished picture: what ✨ and the buttons under it ask for. */
import { type FinishWork, type RefineWork, type VaryWork, paintingOf } from '../../core/job.ts';
import type { Model } from '../../core/model.ts';
import type { Picture } from '../sdxl/picture/picture.ts';
import { imageToImage } from '../sdxl/pipeline/image-to-image.ts';
import { noisePerPicture } from '../sdxl/pipeline/noise-source.ts';
import { finishWithRefiner } from '../sdxl/pipeline/refine-latents.ts';
import { refinePicture } from '../sdxl/pipeline/refine-picture.ts';
import type { Latents } from '../sdxl/pipeline/sdxl.ts';
import { withLoras } from '../sdxl/pipeline/with-loras.ts';
import type { Watch } from '../sdxl/pipeline/watch.ts';
import { nativeWindows } from './native-windows.ts';
import { type Engine, type Keeping, type PaintFrom, onePicture, resumeAt, sdeditSteps, textsOf } from './paint-picture.ts';
import { passingHandover } from './passing-handover.ts';

/** The refiner raises a finished picture to the job's size (SDEdit), in windows where that is larger than it was trained on. */
export async function paintRefined({ sdxl, model, upscaler }: Engine, work: RefineWork, source: Picture, from: PaintFrom, watch: Watch): Promise<Picture> {
  const { width, height, strength, seed } = work;
  const steps = sdeditSteps(work.steps, strength);
  const resumed = resumeAt('refiner', from);
  const raised = { width: Math.max(width, source.width), height: Math.max(height, source.height) };
  const picture = resumed.resume?.latents ?? (await upscaler.enlarge(source, raised, watch)).picture;
  return onePicture(sdxl, await refinePicture(sdxl, { ...textsOf(work), seeds: [seed], steps, strength, picture, windows: nativeWindows(work, model), ...resumed }, watch));
}

/** The refiner finishes the latents that were kept where the base painted past the hand-over (the ensemble). */
export async function paintFinished({ sdxl, model }: Engine, work: FinishWork, handover: Latents, from: PaintFrom, watch: Watch): Promise<Picture> {
  const { seed, steps } = work;
  const resumed = resumeAt('refiner', from);
  const latents = resumed.resume?.latents ?? handover;
  return onePicture(sdxl, await finishWithRefiner(sdxl, { ...textsOf(work), seeds: [seed], steps, latents, denoisingStart: model.denoisingEnd, ...resumed }, watch));
}

/** What is done for a finish whose latents are gone: the refiner raises the finished picture, at its own size. */
export function insteadOfFinish(work: FinishWork, model: Model): RefineWork {
  return { ...paintingOf(work), kind: 'refine', steps: model.steps, strength: model.refineStrength, source: work.source };
}

/** The base paints a finished picture anew from `1 − strength` of the schedule on, and the refiner finishes it where the work says so. */
export async function paintVaried(engine: Engine, work: VaryWork, source: Picture, from: PaintFrom, watch: Watch, keep: Keeping): Promise<Picture> {
  const { sdxl, model, loras } = engine;
  const { seed, strength } = work;
  const steps = sdeditSteps(work.steps, strength);
  const { guidanceScale, guidanceRescale, clipSkip, promptSyntax, ...texts } = textsOf(work);
  const how = { guidanceScale, guidanceRescale, clipSkip, promptSyntax };
  const isShared = work.refine === 'ensemble';

  const paintBase = async () => {
    const resumed = resumeAt('base', from);
    const watched = isShared ? watch : passingHandover(engine, { steps, strength }, watch, keep.passing);
    const share = isShared ? { denoisingEnd: model.denoisingEnd } : {};
    const image = resumed.resume?.latents ?? source;
    const request = { texts: [texts], noise: noisePerPicture([seed]), image, steps, strength, ...how, ...share, ...resumed };
    return withLoras(sdxl.base, loras, (base) => imageToImage(base, request, watched));
  };
  if (!isShared) return onePicture(sdxl, await paintBase());
  const resumed = resumeAt('refiner', from);
  const latents = resumed.resume?.latents ?? (from.at === 'handover' ? from.latents : await keep.handover(await paintBase()));
  const request = { ...texts, ...how, seeds: [seed], steps, latents, denoisingStart: model.denoisingEnd, ...resumed };
  return onePicture(sdxl, await finishWithRefiner(sdxl, request, watch));
}
