import type { Work } from './job.ts';
import { type Model, modelOf } from './model.ts';

/** The model as a job wants it: its own share of the schedule for the base, and for the refiner over a finished picture. */
export function modelFor(work: Work, model: Model = modelOf(work.model)): Model {
  const { handover } = work;
  const refineStrength = work.kind === 'imagine' ? work.refineStrength : undefined;
  return { ...model, ...(handover !== undefined && { denoisingEnd: handover }), ...(refineStrength !== undefined && { refineStrength }) };
}
