/** Paints from a picture that somebody attached to `/imagine`: over the whole of it, or where a mask is white. */
import type { ImagineWork } from '../../core/job.ts';
import type { Mask, Picture } from '../sdxl/picture/picture.ts';
import { finishInpainting, inpaintPicture } from '../sdxl/pipeline/inpaint-picture.ts';
import { finishWithRefiner } from '../sdxl/pipeline/refine-latents.ts';
import { repaintPicture } from '../sdxl/pipeline/repaint-picture.ts';
import type { Watch } from '../sdxl/pipeline/watch.ts';
import { type Engine, type Keeping, type PaintFrom, onePicture, resumeAt, sdeditSteps, textsOf } from './paint-picture.ts';

export interface Attached {
  /** Both at the job's size. */
  readonly picture: Picture;
  readonly mask?: Mask;
}

/** The refiner finishes it in its ensemble, whenever the base has a share of the schedule; what is attached is at its final size already. */
export async function paintAttached(engine: Engine, work: ImagineWork, { picture, mask }: Attached, seed: number, from: PaintFrom, watch: Watch, keep: Keeping): Promise<Picture> {
  const { sdxl, model, loras } = engine;
  const { width, height, strength = mask ? MASKED_STRENGTH : ATTACHED_STRENGTH } = work;
  const steps = sdeditSteps(work.steps, strength);
  const common = { ...textsOf(work), seeds: [seed], steps };
  const isShared = work.refine !== 'none' && (strength - (1 - model.denoisingEnd)) * steps >= 1;
  const share = isShared ? { denoisingEnd: model.denoisingEnd } : {};

  const paintBase = () => {
    const resumed = resumeAt('base', from);
    return mask
      ? inpaintPicture(sdxl, { ...common, loras, picture, mask, width, height, strength, ...share, ...resumed }, watch)
      : repaintPicture(sdxl, { ...common, loras, picture: resumed.resume?.latents ?? picture, strength, ...share, ...resumed }, watch);
  };
  if (!isShared) return onePicture(sdxl, await paintBase());
  const resumed = resumeAt('refiner', from);
  const latents = resumed.resume?.latents ?? (from.at === 'handover' ? from.latents : await keep.handover(await paintBase()));
  const handedOver = { ...common, latents, denoisingStart: model.denoisingEnd, ...resumed };
  return onePicture(sdxl, mask ? await finishInpainting(sdxl, { ...handedOver, picture, mask, width, height }, watch) : await finishWithRefiner(sdxl, handedOver, watch));
}

/** Where `/imagine` does not say. */
const ATTACHED_STRENGTH = 0.6;
const MASKED_STRENGTH = 0.95;
