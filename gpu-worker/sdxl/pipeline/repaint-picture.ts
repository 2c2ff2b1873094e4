import { imageToImage } from './image-to-image.ts';
import type { InputPictures } from './input-pictures.ts';
import { noisePerPicture } from './noise-source.ts';
import { onePerSeed, type PaintRequest } from './paint-request.ts';
import type { Latents, Sdxl } from './sdxl.ts';
import type { Watch } from './watch.ts';
import { type LoraRequest, withLoras } from './with-loras.ts';

export interface RepaintRequest extends PaintRequest, LoraRequest {
  /** A finished picture, or its latents. Its size is the result's, rounded down to multiples of 8. */
  readonly picture: InputPictures | Latents;
  /** How much is painted anew: 0.3 keeps the composition, 0.8 little more than the colours. */
  readonly strength: number;
  /** Where the base hands its latents over to `finishWithRefiner`; to the end when absent. */
  readonly denoisingEnd?: number | undefined;
}

/** Image-to-image by the base: a finished picture is noised by `strength` and denoised again towards the prompt. */
export async function repaintPicture(sdxl: Sdxl, request: RepaintRequest, watch?: Watch): Promise<Latents> {
  const { picture: image, ...rest } = request;
  const texts = onePerSeed(request);
  const whole = { ...rest, denoisingStart: undefined };
  return withLoras(sdxl.base, request.loras, (model) => imageToImage(model, { ...whole, image, texts, noise: noisePerPicture(request.seeds) }, watch));
}
