import type { Picture } from '../picture/picture.ts';
import type { Sampler } from '../samplers/sampler.ts';
import { type CallRange, selectCalls } from '../schedule/call-range.ts';
import { elementCount, tensor } from '../tensor.ts';
import { chooseSampler } from './choose-sampler.ts';
import { conditionPictures } from './conditioning.ts';
import { checkCalls, denoise } from './denoise.ts';
import { encodePicture } from './encode-picture.ts';
import { InvalidRequest } from './invalid-request.ts';
import { checkFraction, checkRequest, type PipelineRequest } from './paint-request.ts';
import type { Latents, SdxlModel } from './sdxl.ts';
import { imageToImageTimeIds } from './time-ids.ts';
import type { Watch } from './watch.ts';

/** Either a finished picture, re-noised by `strength`, or latents that another model left off at `denoisingStart`. */
export interface ImageToImageRequest extends PipelineRequest {
  /** Pixels, or latents [pictures or 1, 4, height/8, width/8] as they are: neither scaled nor encoded. */
  readonly image: Picture | Latents;
  /** Share of the steps to run on a finished picture: 0 keeps it, 1 paints anew. Not read with `denoisingStart`. */
  readonly strength?: number | undefined;
  readonly denoisingStart?: number | undefined;
  readonly denoisingEnd?: number | undefined;
}

/**
 * diffusers' StableDiffusionXLImg2ImgPipeline up to the VAE
 * (https://github.com/huggingface/diffusers/blob/v0.31.0/src/diffusers/pipelines/stable_diffusion_xl/pipeline_stable_diffusion_xl_img2img.py).
 * Throws InvalidRequest before any work is done.
 */
export async function imageToImage(model: SdxlModel, request: ImageToImageRequest, watch?: Watch): Promise<Latents> {
  const { texts, steps, strength = 0.3, denoisingStart, denoisingEnd } = request;

  // 1. Check inputs.
  checkRequest(request);
  checkFraction('denoisingStart', denoisingStart);
  checkFraction('denoisingEnd', denoisingEnd);
  if (!(strength >= 0 && strength <= 1)) throw new InvalidRequest(`strength is ${strength}: give a number from 0 to 1.`);
  if (denoisingStart !== undefined && denoisingEnd !== undefined && denoisingStart >= denoisingEnd) {
    throw new InvalidRequest(`denoisingStart is ${denoisingStart} and denoisingEnd ${denoisingEnd}: start before the end.`);
  }

  // 2. Timesteps.
  const sampler = chooseSampler(model, steps, request.sampler);
  const calls = selectCalls(sampler, { denoisingStart, denoisingEnd, strength });
  checkCalls(calls, denoisingStart === undefined ? `strength ${strength} of ${steps} steps` : `denoisingStart ${denoisingStart} of ${steps} steps`);

  // 3. Latents: encoded if they are pixels, noised if they are finished.
  const latents = request.resume?.latents ?? (await startFrom(model, request, sampler, calls));

  // 4. Prompts and time ids.
  const [, , rows = 0, columns = 0] = latents.dims;
  const { pixelsPerLatent } = model.checkpoint.vae.config;
  const painted = { height: rows * pixelsPerLatent, width: columns * pixelsPerLatent };
  const ids = imageToImageTimeIds(model.checkpoint.timeIdCount, painted, request.microConditioning ?? {});
  const conditioning = await conditionPictures(model, { ...request, texts }, ids);

  // 5. Denoise.
  return denoise({ ...request, model, sampler, calls, latents, conditioning }, watch);
}

async function startFrom(model: SdxlModel, request: ImageToImageRequest, sampler: Sampler, calls: CallRange): Promise<Latents> {
  const { image, texts, noise, denoisingStart } = request;
  const clean = isPicture(image) ? await encodePicture(model, image, noise, texts.length) : repeatLatents(image, texts.length, model.checkpoint.vae.config.latentChannels);
  if (denoisingStart !== undefined) return clean;
  return tensor(clean.dims, sampler.addNoise(clean.data, noise.draw(clean.dims), calls.begin));
}

/** Pixels or latents? */
export function isPicture(image: Picture | Latents): image is Picture {
  return 'rgb' in image;
}

/** One set of latents for every picture: given so, or one for all. Throws InvalidRequest when they do not fit. */
export function repeatLatents(latents: Latents, pictures: number, channels: number): Latents {
  const [count = 0, ...shape] = latents.dims;
  if (shape.length !== 3 || shape[0] !== channels || count === 0 || pictures % count !== 0) {
    throw new InvalidRequest(`latents have the shape [${latents.dims.join(', ')}]: give [1 or ${pictures}, ${channels}, height/8, width/8].`);
  }
  if (count === pictures) return latents;
  const repeated = tensor([pictures, ...shape]);
  for (let i = 0; i < pictures / count; i++) repeated.data.set(latents.data, i * count * elementCount(shape));
  return repeated;
}
