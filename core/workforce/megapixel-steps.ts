import { costOf } from '../credits.ts';
import type { Work } from '../job.ts';
import { modelOfWork } from '../model-for.ts';

/** What a job paints, in megapixels × steps; credits are in proportion to it. */
export function megapixelSteps(work: Work): number {
  const { edge, steps } = modelOfWork(work);
  return ((costOf(work) / 100) * edge ** 2 * steps) / 1e6;
}
