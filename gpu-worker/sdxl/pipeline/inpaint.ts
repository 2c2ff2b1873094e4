import { toLatentMask, toPixelMask } from '../picture/mask.ts';
import type { Mask, Picture } from '../picture/picture.ts';
import { resizePicture } from '../picture/resize-lanczos.ts';
import { selectCalls } from '../schedule/call-range.ts';
import { type Tensor, tensor } from '../tensor.ts';
import { chooseSampler } from './choose-sampler.ts';
import { conditionPictures } from './conditioning.ts';
import { checkCalls, denoise } from './denoise.ts';
import { encodePicture } from './encode-picture.ts';
import { isPicture, repeatLatents } from './image-to-image.ts';
import { InvalidRequest } from './invalid-request.ts';
import { checkFraction, checkRequest, type PipelineRequest } from './paint-request.ts';
import type { Latents, SdxlModel } from './sdxl.ts';
import { imageToImageTimeIds } from './time-ids.ts';
import type { Watch } from './watch.ts';

/** Paints anew where the mask is white; the rest is the picture's own, up to what the VAE makes of it. */
export interface InpaintRequest extends PipelineRequest {
  /** Pixels, or latents that another model left off at `denoisingStart`. */
  readonly image: Picture | Latents;
  readonly mask: Mask;
  /** Pixels, multiples of 8. */
  readonly width: number;
  readonly height: number;
  /** 0.9999 by default, as in diffusers: all steps but for rounding, from the noised picture. At 1 from pure noise. */
  readonly strength?: number | undefined;
  readonly denoisingStart?: number | undefined;
  readonly denoisingEnd?: number | undefined;
}

/**
 * diffusers' StableDiffusionXLInpaintPipeline with a 4-channel UNet, up to the VAE
 * (https://github.com/huggingface/diffusers/blob/v0.31.0/src/diffusers/pipelines/stable_diffusion_xl/pipeline_stable_diffusion_xl_inpaint.py):
 * after every call what is to be kept is put back, noised to the level of the next call.
 */
export async function inpaint(model: SdxlModel, request: InpaintRequest, watch?: Watch): Promise<Latents> {
  const { texts, noise, steps, width, height, strength = 0.9999, denoisingStart, denoisingEnd } = request;
  const { pixelsPerLatent, latentChannels } = model.checkpoint.vae.config;

  // 1. Check inputs.
  checkRequest(request);
  checkFraction('denoisingStart', denoisingStart);
  checkFraction('denoisingEnd', denoisingEnd);
  if (!(strength >= 0 && strength <= 1)) throw new InvalidRequest(`strength is ${strength}: give a number from 0 to 1.`);
  for (const [name, pixels] of Object.entries({ width, height })) {
    if (!Number.isInteger(pixels) || pixels < pixelsPerLatent || pixels % pixelsPerLatent !== 0) {
      throw new InvalidRequest(`${name} is ${pixels}: give a positive multiple of ${pixelsPerLatent}.`);
    }
  }

  // 2. Timesteps.
  const sampler = chooseSampler(model, steps, request.sampler);
  const calls = selectCalls(sampler, { denoisingStart, denoisingEnd, strength });
  checkCalls(calls, denoisingStart === undefined ? `strength ${strength} of ${steps} steps` : `denoisingStart ${denoisingStart} of ${steps} steps`);

  // 3. Latents of the picture, and the noise that keeps them at the level of each call.
  const pixelMask = toPixelMask(request.mask, width, height);
  const original = isPicture(request.image)
    ? await encodePicture(model, resizePicture(request.image, width, height), noise, texts.length)
    : repeatLatents(request.image, texts.length, latentChannels);
  const dims = original.dims;
  const levelNoise = noise.draw(dims);
  // A 4-channel UNet does not look at the masked picture, but diffusers draws its posterior all the same.
  if (isPicture(request.image)) noise.drawForSharedInput(dims);
  const start = () => {
    if (denoisingStart !== undefined) return original.data;
    return strength === 1 ? levelNoise.map((value) => value * sampler.initNoiseSigma) : sampler.addNoise(original.data, levelNoise, calls.begin);
  };

  // 4. Prompts and time ids.
  const ids = imageToImageTimeIds(model.checkpoint.timeIdCount, { width, height }, request.microConditioning ?? {});
  const conditioning = await conditionPictures(model, request, ids);

  // 5. Denoise. After the last call of the cut the kept part is put back without noise, even when another model goes on.
  const latentMask = toLatentMask(pixelMask, pixelsPerLatent);
  const afterCall = (latents: Float32Array, call: number) =>
    keepOutside(latentMask, latents, call + 1 < calls.end ? sampler.addNoise(original.data, levelNoise, call + 1) : original.data);
  return denoise({ ...request, model, sampler, calls, latents: tensor(dims, start()), conditioning, afterCall }, watch);
}

function keepOutside(mask: Tensor, painted: Float32Array, kept: Float32Array): Float32Array {
  return painted.map((value, i) => {
    const m = mask.data[i % mask.data.length] ?? 0;
    return (1 - m) * (kept[i] ?? 0) + m * value;
  });
}
