import type { Picture } from '../picture/picture.ts';
import { InvalidRequest } from './invalid-request.ts';
import type { Latents } from './sdxl.ts';

/** What image-to-image and inpainting begin with: one picture for all that are painted, or several in turn, all of one size. */
export type InputPictures = Picture | readonly Picture[];

/** Pixels or latents? */
export function isPixels<T extends InputPictures>(image: T | Latents): image is T {
  return !('dims' in image);
}

/** Throws InvalidRequest when there is none, or when their number does not go into the number of pictures to paint. */
export function listInputs<T extends object>(inputs: T | readonly T[], pictures: number, what: string): readonly T[] {
  const list = isList(inputs) ? inputs : [inputs];
  if (list.length > 0 && pictures % list.length === 0) return list;
  throw new InvalidRequest(`${list.length} ${what} for ${pictures} to paint: give one, or one for each.`);
}

function isList<T extends object>(inputs: T | readonly T[]): inputs is readonly T[] {
  return Array.isArray(inputs);
}
