import { type FinishWork, type Painting, type RefineWork, type Source, type UpscaleWork, type VaryWork, type Work, paintingOf } from './job.ts';
import type { JobRow, StoredPicture } from './ledger/row.ts';
import { EDGE, MAX_POSTED_EDGE } from './limits.ts';
import type { Model } from './model.ts';

/** A posted picture as work on it begins from. */
export interface Original {
  readonly row: Pick<JobRow, 'job'>;
  readonly picture: StoredPicture;
  /** Which picture of its job, from 0. */
  readonly index: number;
  /** Where it was posted. */
  readonly channelId: string;
  readonly messageId: string;
}

/**
 * ✨: the refiner finishes what the base left, while the latents of a picture that no refiner has touched are kept;
 * otherwise it raises the finished picture, larger.
 * @param now epoch milliseconds
 */
export function refineWork(original: Original, model: Model, now: number): RefineWork | FinishWork {
  const { picture } = original;
  const { handover } = picture;
  const about = { ...likeOriginal(original), source: sourceOf(original) };
  if (handover && now < handover.keptUntil) return { kind: 'finish', ...about, handoverKey: handover.key };
  // The schedule that `refineStrength` was chosen for, not the original's: 30 % of 5 steps would be one.
  return { kind: 'refine', ...about, ...enlarged(picture, model.refineScale), steps: model.steps, strength: model.refineStrength };
}

/** Below so many steps the refiner's share of a variation would be none. */
const LEAST_SHARED_STEPS = 10;

/** 🎨: another picture like this one, painted the way it was. */
export function varyWork(original: Original, model: Model, seed: number): VaryWork {
  const { work } = original.row.job;
  const isShared = !('refine' in work && work.refine === 'none') && work.steps >= LEAST_SHARED_STEPS;
  return { kind: 'vary', ...likeOriginal(original), seed, strength: model.varyStrength, refine: isShared ? 'ensemble' : 'none', source: sourceOf(original) };
}

/** 🔍: the same picture twice as large as it was posted, as far as Discord allows; `undefined` when it is as large as that already. */
export function upscaleWork(original: Original, model: Model): UpscaleWork | undefined {
  const { picture, row } = original;
  const posted = scaleOf(row.job.work, model);
  const scale = Math.min(2 * posted, MAX_POSTED_EDGE / Math.max(picture.width, picture.height));
  if (scale <= posted) return undefined;
  return { kind: 'upscale', ...likeOriginal(original), scale, source: sourceOf(original) };
}

/** 🔁: the same once more with another seed; `undefined` where a seed changes nothing. */
export function againWork(work: Work, seed: number): Work | undefined {
  return work.kind === 'finish' || work.kind === 'upscale' ? undefined : { ...work, seed };
}

/** How many times larger, per side, a job's pictures are posted than they were painted. */
export function scaleOf(work: Work, model: Pick<Model, 'upscale'> | undefined): number {
  return work.kind === 'upscale' ? work.scale : (model?.upscale ?? 1);
}

/** The size times `scale`, in the same shape, as far as the limits allow; both edges multiples of 8. */
export function enlarged({ width, height }: { width: number; height: number }, scale: number): { width: number; height: number } {
  const allowed = Math.min(scale, EDGE.max / Math.max(width, height));
  const edge = (pixels: number) => Math.min(EDGE.max, Math.max(EDGE.min, Math.round((pixels * allowed) / EDGE.multiple) * EDGE.multiple));
  return { width: edge(width), height: edge(height) };
}

/** As the picture was painted. */
function likeOriginal({ row, picture }: Original): Painting {
  return { ...paintingOf(row.job.work), width: picture.width, height: picture.height, seed: picture.seed };
}

function sourceOf({ row, picture, index, channelId, messageId }: Original): Source {
  return { jobId: row.job.id, index, pictureKey: picture.paintedKey, postedKey: picture.key, channelId, messageId };
}
