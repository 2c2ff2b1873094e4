import { imageToImage } from './image-to-image.ts';
import type { InputPictures } from './input-pictures.ts';
import { noisePerPicture } from './noise-source.ts';
import { onePerSeed, type PaintRequest } from './paint-request.ts';
import { refinerOf } from './refiner-of.ts';
import type { Latents, Sdxl } from './sdxl.ts';
import type { Watch } from './watch.ts';
import { type Windows, inWindows } from './windowed-unet.ts';
import { type LoraRequest, withLoras } from './with-loras.ts';

export interface RefineRequest extends PaintRequest, LoraRequest {
  /** A finished picture (or several in turn), or latents. Its size is the result's, rounded down to multiples of 8. */
  readonly picture: InputPictures | Latents;
  /** How much is painted anew: 0.3 keeps the composition. */
  readonly strength: number;
  /** For a picture larger than the refiner was trained on: its UNet sees a window of this size at a time. The whole at once when absent. */
  readonly windows?: Windows | undefined;
}

/**
 * SDEdit (Meng et al. 2021, https://arxiv.org/abs/2108.01073) by the refiner: a finished picture is noised by `strength`
 * and denoised again. To refine at a larger size ("two-stage high resolution"), enlarge the picture first, and give `windows`.
 */
export async function refinePicture(sdxl: Sdxl, request: RefineRequest, watch?: Watch): Promise<Latents> {
  const { picture: image, windows, ...rest } = request;
  // A caller's request may have served for the ensemble before: a finished picture is never cut.
  const whole = { ...rest, denoisingStart: undefined, denoisingEnd: undefined };
  const texts = onePerSeed(request);
  return withLoras(refinerOf(sdxl), request.loras, (model) => imageToImage(inWindows(model, windows, watch?.signal), { ...whole, image, texts, noise: noisePerPicture(request.seeds) }, watch));
}
