import type { Work } from './job.ts';
import { modelFor } from './model-for.ts';
import type { Model } from './model.ts';

/**
 * Hundredths of a credit. One credit is one picture at the model's own size with its default number of steps,
 * base and refiner together; other jobs cost in proportion to pixels × steps.
 */
export type Centicredits = number;

/** Upscaling runs no diffusion network: a tenth of a credit for a picture of the model's own size, in proportion to its pixels. */
const UPSCALE_SHARE = 0.1;

/** What a job costs; at least one hundredth. */
export function costOf(work: Work): Centicredits {
  const model = modelFor(work);
  const pixels = (work.width * work.height) / model.edge ** 2;
  const pictures = work.kind === 'imagine' ? work.count : 1;
  return Math.max(1, Math.round(100 * pictures * pixels * shareOf(work, model)));
}

/** Of the default schedule, for a picture of one size. */
function shareOf(work: Work, model: Model): number {
  return work.kind === 'upscale' ? UPSCALE_SHARE : paintedSteps(work, model) / model.steps;
}

/** Steps through a UNet, the refiner's included. An ensemble shares one schedule; a two-stage job adds the refiner's part. */
function paintedSteps(work: Exclude<Work, { kind: 'upscale' }>, model: Model): number {
  switch (work.kind) {
    case 'refine':
    case 'vary':
      return work.steps * work.strength;
    case 'finish':
      return work.steps * (1 - model.denoisingEnd);
    case 'imagine': {
      if (work.image) return work.steps * (work.strength ?? 1);
      if (work.refine !== 'two-stage') return work.steps;
      const enlargement = model.refineScale ** 2;
      return work.steps + work.steps * model.refineStrength * enlargement;
    }
  }
}

/** `150` → `1.5`, for people to read. */
export function formatCredits(centicredits: Centicredits): string {
  return String(Math.round(centicredits) / 100);
}
