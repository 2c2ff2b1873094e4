import type { Work } from './job.ts';
import { findModel } from './model.ts';

/**
 * Hundredths of a credit. One credit is one picture at the model's own size with its default number of steps,
 * base and refiner together; other jobs cost in proportion to pixels × steps.
 */
export type Centicredits = number;

/** What a job costs; at least one hundredth. */
export function costOf(work: Work): Centicredits {
  const model = findModel(work.model);
  const edge = model?.edge ?? 1024;
  const defaultSteps = model?.steps ?? 30;
  const pixels = (work.width * work.height) / edge ** 2;
  const pictures = work.kind === 'imagine' ? work.count : 1;
  return Math.max(1, Math.round(100 * pictures * pixels * (paintedSteps(work) / defaultSteps)));
}

/** Steps through a UNet, the refiner's included. An ensemble shares one schedule; a two-stage job adds the refiner's part. */
function paintedSteps(work: Work): number {
  if (work.kind === 'refine') return work.steps * work.strength;
  if (work.refine !== 'two-stage') return work.steps;
  const model = findModel(work.model);
  const enlargement = (model?.refineScale ?? 1) ** 2;
  return work.steps + work.steps * (model?.refineStrength ?? 0) * enlargement;
}

/** `150` → `1.5`, for people to read. */
export function formatCredits(centicredits: Centicredits): string {
  return String(Math.round(centicredits) / 100);
}
