import type { Work } from '../job.ts';
import { modelOfWork } from '../model-for.ts';

/** Of the model's usual steps, while there is little money left. */
const THRIFTY_STEPS = 2 / 3;

/**
 * The same wish, cheaper: two thirds of the usual steps at most, one picture at a time, the refiner within the one schedule instead of
 * a second pass. What finishes kept latents keeps their schedule, and enlarging runs no diffusion: both stay as they are.
 */
export function thriftyWork(work: Work): Work {
  if (work.kind === 'finish' || work.kind === 'upscale') return work;
  const usual = modelOfWork(work).steps;
  const steps = Math.min(work.steps, Math.max(1, Math.ceil(usual * THRIFTY_STEPS)));
  if (work.kind !== 'imagine') return { ...work, steps };
  return { ...work, steps, count: 1, refine: work.refine === 'two-stage' ? 'ensemble' : work.refine };
}

/** What `thriftyWork` changed about a wish, in words: `20 steps instead of 30`. */
export function thriftyChanges(before: Work, after: Work): readonly string[] {
  return [
    ...(after.steps < before.steps ? [`${after.steps} steps instead of ${before.steps}`] : []),
    ...(before.kind === 'imagine' && after.kind === 'imagine' && after.count < before.count ? [`one picture instead of ${before.count}`] : []),
    ...(before.kind === 'imagine' && after.kind === 'imagine' && after.refine !== before.refine ? ['the refiner in one pass'] : []),
  ];
}
