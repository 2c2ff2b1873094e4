import { costOf } from '../credits.ts';
import type { Work } from '../job.ts';
import { modelOf } from '../model.ts';

/** What a job paints, in megapixels × steps; credits are in proportion to it. */
export function megapixelSteps(work: Work): number {
  const { edge, steps } = modelOf(work.model);
  return ((costOf(work) / 100) * edge ** 2 * steps) / 1e6;
}
