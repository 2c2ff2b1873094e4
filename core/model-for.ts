import type { Work } from './job.ts';
import { type Model, modelOf } from './model.ts';

/** The model that a job asks for, at the size and steps that its owner says. */
export function modelOfWork({ model, native }: Pick<Work, 'model' | 'native'>): Model {
  return { ...modelOf(model), ...native };
}

/** The model as a job wants it: its own share of the schedule for the base, and for the refiner over a finished picture. */
export function modelFor(work: Work, model: Model = modelOfWork(work)): Model {
  const { handover } = work;
  const refineStrength = work.kind === 'imagine' ? work.refineStrength : undefined;
  return { ...model, ...(handover !== undefined && { denoisingEnd: handover }), ...(refineStrength !== undefined && { refineStrength }) };
}
