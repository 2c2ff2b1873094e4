import type { Sampler } from '../samplers/sampler.ts';
import { type CallRange, selectCalls } from '../schedule/call-range.ts';
import { tensor } from '../tensor.ts';
import { checkRequest, checkShare, type Share } from './check-request.ts';
import { chooseSampler } from './choose-sampler.ts';
import { conditionPictures } from './conditioning.ts';
import { checkCalls, denoise } from './denoise.ts';
import { encodeInputs } from './encode-inputs.ts';
import { type InputPictures, isPixels, listInputs } from './input-pictures.ts';
import { halvesOf, type PipelineRequest } from './paint-request.ts';
import { repeatLatents } from './repeat-latents.ts';
import type { Latents, SdxlModel } from './sdxl.ts';
import { imageToImageTimeIds } from './time-ids.ts';
import type { Watch } from './watch.ts';

/** Either a finished picture, re-noised by `strength`, or latents that another model left off at `denoisingStart`. */
export interface ImageToImageRequest extends PipelineRequest, Share {
  /** Pixels, or latents [pictures or 1, 4, height/8, width/8] as they are: neither scaled nor encoded. */
  readonly image: InputPictures | Latents;
  /** Share of the steps to run on a finished picture: 0 keeps it, 1 paints anew. Not read with `denoisingStart`. */
  readonly strength?: number | undefined;
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
  checkShare(request);

  // 2. Timesteps.
  const sampler = chooseSampler(model, steps, request.sampler);
  const calls = selectCalls(sampler, { denoisingStart, denoisingEnd, strength, halves: halvesOf(request) });
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
  const { texts, noise, denoisingStart } = request;
  const clean = await cleanLatents(model, request, texts.length);
  if (denoisingStart !== undefined) return clean;
  return tensor(clean.dims, sampler.addNoise(clean.data, noise.draw(clean.dims), calls.begin));
}

async function cleanLatents(model: SdxlModel, { image, noise }: ImageToImageRequest, pictures: number): Promise<Latents> {
  if (!isPixels(image)) return repeatLatents(image, pictures, model.checkpoint.vae.config.latentChannels);
  const inputs = listInputs(image, pictures, 'input pictures');
  // With a generator each, every picture samples its input anew; with one for the batch, each input is sampled once.
  return encodeInputs(model, inputs, noise, { pictures, draws: noise.isPerPicture ? pictures : inputs.length });
}
