import type { Model } from '../../core/model.ts';
import type { Windows } from '../sdxl/pipeline/windowed-unet.ts';

/**
 * How many times more pixels than it was trained on a refiner still raises at once: a first ✨, which makes 2.25 times as many, is within this.
 * Up to there windows gain nothing (looked at side by side): each is painted towards the whole prompt, and what that names may grow in it anew.
 */
const NATIVE_SHARE = 2.5;

/** The windows in which a refiner raises a picture of this size (high-resolution refinement); undefined where it can see the whole of it. */
export function nativeWindows({ width, height }: { readonly width: number; readonly height: number }, { edge }: Pick<Model, 'edge'>): Windows | undefined {
  return width * height > NATIVE_SHARE * edge ** 2 ? { pixels: edge } : undefined;
}
