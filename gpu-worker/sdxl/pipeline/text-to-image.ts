import { selectCalls } from '../schedule/call-range.ts';
import { tensor } from '../tensor.ts';
import { checkRequest, checkShare, checkSize } from './check-request.ts';
import { chooseSampler } from './choose-sampler.ts';
import { conditionPictures } from './conditioning.ts';
import { checkCalls, denoise } from './denoise.ts';
import { InvalidRequest } from './invalid-request.ts';
import { noisePerPicture } from './noise-source.ts';
import { halvesOf, onePerSeed, type PaintRequest, type PipelineRequest } from './paint-request.ts';
import type { Latents, Sdxl, SdxlModel } from './sdxl.ts';
import { textToImageTimeIds } from './time-ids.ts';
import type { Watch } from './watch.ts';
import { type LoraRequest, withLoras } from './with-loras.ts';

interface Canvas {
  /** Pixels, a multiple of 8. */
  readonly width: number;
  readonly height: number;
  /** Where the base hands its latents over, as a fraction of the schedule; to the end when absent. */
  readonly denoisingEnd?: number | undefined;
  /** Gaussian noise of one's own to start from, [pictures, 4, height/8, width/8]; drawn from the seeds when absent. */
  readonly latents?: Latents | undefined;
}

export type TextToImageRequest = PipelineRequest & Canvas;
export type BaseRequest = PaintRequest & Canvas & LoraRequest;

/** Paints with SDXL's base: pictures' latents, or at `denoisingEnd` the noisy latents that the refiner finishes. */
export async function paintBase(sdxl: Sdxl, request: BaseRequest, watch?: Watch): Promise<Latents> {
  const texts = onePerSeed(request);
  return withLoras(sdxl.base, request.loras, (model) => textToImage(model, { ...request, texts, noise: noisePerPicture(request.seeds) }, watch));
}

/**
 * diffusers' StableDiffusionXLPipeline up to the VAE
 * (https://github.com/huggingface/diffusers/blob/v0.31.0/src/diffusers/pipelines/stable_diffusion_xl/pipeline_stable_diffusion_xl.py).
 * Throws InvalidRequest before any work is done.
 */
export async function textToImage(model: SdxlModel, request: TextToImageRequest, watch?: Watch): Promise<Latents> {
  const { width, height, texts, noise, steps, denoisingEnd } = request;
  const { pixelsPerLatent, latentChannels } = model.checkpoint.vae.config;

  // 1. Check inputs.
  checkRequest(request);
  checkShare({ denoisingEnd });
  if (model.checkpoint.timeIdCount !== 6) throw new InvalidRequest('A refiner cannot paint from a prompt alone: give it a picture, or open a base.');
  checkSize(request, pixelsPerLatent);

  // 2. Timesteps.
  const sampler = chooseSampler(model, steps, request.sampler);
  const calls = selectCalls(sampler, { denoisingEnd, halves: halvesOf(request) });
  checkCalls(calls, `denoisingEnd ${denoisingEnd ?? 1} of ${steps} steps`);

  // 3. Latents: unit noise, scaled to the first noise level.
  const dims = [texts.length, latentChannels, height / pixelsPerLatent, width / pixelsPerLatent];
  const unit = request.latents ?? tensor(dims, request.resume === undefined ? noise.draw(dims) : undefined);
  if (unit.dims.join() !== dims.join()) throw new InvalidRequest(`latents have the shape [${unit.dims.join(', ')}]: these pictures need [${dims.join(', ')}].`);
  const latents = tensor(dims, unit.data.map((value) => value * sampler.initNoiseSigma));

  // 4. Prompts and time ids.
  const conditioning = await conditionPictures(model, request, textToImageTimeIds({ width, height }, request.microConditioning ?? {}));

  // 5. Denoise.
  return denoise({ ...request, model, sampler, calls, latents, conditioning }, watch);
}
