import { toLatentMask, toPixelMask } from '../picture/mask.ts';
import type { Mask } from '../picture/picture.ts';
import { resizePicture } from '../picture/resize-lanczos.ts';
import { elementCount, type Tensor } from '../tensor.ts';
import { encodeInputs } from './encode-inputs.ts';
import { type InputPictures, isPixels, listInputs } from './input-pictures.ts';
import type { NoiseSource } from './noise-source.ts';
import { repeatLatents } from './repeat-latents.ts';
import type { Latents, SdxlModel } from './sdxl.ts';
import { stackRows } from './stack-rows.ts';

/** The part of some pictures that inpainting leaves alone. */
export interface KeptPart {
  /** [pictures, 4, height/8, width/8], without noise. */
  readonly original: Latents;
  /** What it is noised with whenever it is put back, of the same shape. */
  readonly noise: Float32Array;
  /** [masks, 1, height/8, width/8]: 1 = painted, 0 = kept. Picture i has the mask of i modulo their number. */
  readonly mask: Tensor;
}

export interface KeepRequest {
  readonly image: InputPictures | Latents;
  readonly mask: Mask | readonly Mask[];
  readonly width: number;
  readonly height: number;
  readonly noise: NoiseSource;
}

/** Encodes the pictures at the size they are painted in. Draws what diffusers draws, in its order. */
export async function keepPictures(model: SdxlModel, { image, mask, width, height, noise }: KeepRequest, pictures: number): Promise<KeptPart> {
  const { pixelsPerLatent, latentChannels } = model.checkpoint.vae.config;
  const masks = listInputs(mask, pictures, 'masks').map((one) => toLatentMask(toPixelMask(one, width, height), pixelsPerLatent));
  if (!isPixels(image)) {
    const original = repeatLatents(image, pictures, latentChannels);
    return { original, noise: noise.draw(original.dims), mask: stackRows(masks) };
  }
  const inputs = listInputs(image, pictures, 'input pictures');
  const fitted = new Map(inputs.map((input) => [input, resizePicture(input, width, height)]));
  // Unlike image-to-image, inpainting samples each input once, whatever the generators.
  const resized = inputs.flatMap((input) => fitted.get(input) ?? []);
  const original = await encodeInputs(model, resized, noise, { pictures, draws: inputs.length });
  const drawn = noise.draw(original.dims);
  // A 4-channel UNet does not look at the masked pictures, but diffusers draws their posteriors all the same.
  noise.drawForInputs([Math.max(inputs.length, masks.length), ...original.dims.slice(1)]);
  return { original, noise: drawn, mask: stackRows(masks) };
}

/** What is painted, with the rest as in `kept`, latents at whatever level of noise. */
export function putBack(kept: Float32Array, painted: Float32Array, { mask, original: { dims } }: KeptPart): Float32Array {
  const [masks = 1, ...plane] = mask.dims;
  const area = elementCount(plane);
  const length = elementCount(dims.slice(1));
  return painted.map((value, i) => {
    const m = mask.data[(Math.floor(i / length) % masks) * area + (i % area)] ?? 0;
    return (1 - m) * (kept[i] ?? 0) + m * value;
  });
}
