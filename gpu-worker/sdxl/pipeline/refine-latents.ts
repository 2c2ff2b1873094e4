import { imageToImage } from './image-to-image.ts';
import { noisePerPicture } from './noise-source.ts';
import { onePerSeed, type PaintRequest } from './paint-request.ts';
import { refinerOf } from './refiner-of.ts';
import type { Latents, Sdxl } from './sdxl.ts';
import type { Watch } from './watch.ts';
import { type LoraRequest, withLoras } from './with-loras.ts';

export interface FinishRequest extends PaintRequest, LoraRequest {
  /** What `paintBase` returned at the hand-over. */
  readonly latents: Latents;
  /** The base's `denoisingEnd`. */
  readonly denoisingStart: number;
  /** For a third model after this one. */
  readonly denoisingEnd?: number | undefined;
}

/**
 * The refiner's part of the ensemble (Podell et al. 2023, section 2.5, https://arxiv.org/abs/2307.01952): goes on from
 * the base's noisy latents; no noise is added. The seeds matter only to samplers that draw noise at every step.
 */
export async function finishWithRefiner(sdxl: Sdxl, request: FinishRequest, watch?: Watch): Promise<Latents> {
  const { latents: image, ...rest } = request;
  const texts = onePerSeed(request);
  return withLoras(refinerOf(sdxl), request.loras, (model) => imageToImage(model, { ...rest, image, texts, noise: noisePerPicture(request.seeds) }, watch));
}
