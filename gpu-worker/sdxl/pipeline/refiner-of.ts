import { InvalidRequest } from './invalid-request.ts';
import type { RefinerModel, Sdxl } from './sdxl.ts';

/** The refiner, or InvalidRequest when only a base was opened. */
export function refinerOf({ refiner }: Sdxl): RefinerModel {
  if (refiner === undefined) throw new InvalidRequest('This model has no refiner: paint with the base alone.');
  return refiner;
}
