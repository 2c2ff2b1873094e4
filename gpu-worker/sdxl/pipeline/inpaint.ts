import type { Mask } from '../picture/picture.ts';
import type { Sampler } from '../samplers/sampler.ts';
import { selectCalls } from '../schedule/call-range.ts';
import { tensor } from '../tensor.ts';
import { checkRequest, checkShare, checkSize, type Share } from './check-request.ts';
import { chooseSampler } from './choose-sampler.ts';
import { conditionPictures } from './conditioning.ts';
import { checkCalls, denoise } from './denoise.ts';
import type { InputPictures } from './input-pictures.ts';
import { InvalidRequest } from './invalid-request.ts';
import { type KeptPart, keepPictures, putBack } from './kept-part.ts';
import { halvesOf, type PipelineRequest } from './paint-request.ts';
import { repeatLatents } from './repeat-latents.ts';
import type { Latents, SdxlModel } from './sdxl.ts';
import { imageToImageTimeIds } from './time-ids.ts';
import type { Watch } from './watch.ts';

/** Paints anew where the mask is white; the rest is the picture's own, up to what the VAE makes of it. */
export interface InpaintRequest extends PipelineRequest, Share {
  /** What is to be kept: pixels, or latents. */
  readonly image: InputPictures | Latents;
  /** One for all pictures, or several in turn. */
  readonly mask: Mask | readonly Mask[];
  /** Pixels, multiples of 8. */
  readonly width: number;
  readonly height: number;
  /** 0.9999 by default, as in diffusers: all steps but for rounding, from the noised picture. At 1 from pure noise. */
  readonly strength?: number | undefined;
  /** What another model left off at `denoisingStart`, when that is not `image` itself. diffusers has no such thing. */
  readonly handedOver?: Latents | undefined;
}

/**
 * diffusers' StableDiffusionXLInpaintPipeline with a 4-channel UNet, up to the VAE
 * (https://github.com/huggingface/diffusers/blob/v0.31.0/src/diffusers/pipelines/stable_diffusion_xl/pipeline_stable_diffusion_xl_inpaint.py):
 * after every call what is to be kept is put back, noised to the level of the next call.
 */
export async function inpaint(model: SdxlModel, request: InpaintRequest, watch?: Watch): Promise<Latents> {
  const { texts, steps, width, height, strength = 0.9999, denoisingStart, denoisingEnd } = request;

  // 1. Check inputs.
  checkInpainting(request, model.checkpoint.vae.config.pixelsPerLatent);

  // 2. Timesteps.
  const sampler = chooseSampler(model, steps, request.sampler);
  const calls = selectCalls(sampler, { denoisingStart, denoisingEnd, strength, halves: halvesOf(request) });
  checkCalls(calls, denoisingStart === undefined ? `strength ${strength} of ${steps} steps` : `denoisingStart ${denoisingStart} of ${steps} steps`);

  // 3. Latents of the picture, and the noise that keeps them at the level of each call.
  const kept = await keepPictures(model, request, texts.length);
  const latents = startFrom(kept, request, sampler, calls.begin);

  // 4. Prompts and time ids.
  const ids = imageToImageTimeIds(model.checkpoint.timeIdCount, { width, height }, request.microConditioning ?? {});
  const conditioning = await conditionPictures(model, request, ids);

  // 5. Denoise. Behind the last call of all there is no noise any more; as diffusers has it, neither behind the cut's.
  const end = request.handover === 'consistent' ? sampler.timesteps.length : calls.end;
  const levelOf = (call: number) => (call < end ? sampler.addNoise(kept.original.data, kept.noise, call) : kept.original.data);
  const afterCall = (painted: Float32Array, call: number) => putBack(levelOf(call + 1), painted, kept);
  return denoise({ ...request, model, sampler, calls, latents, conditioning, afterCall }, watch);
}

function checkInpainting(request: InpaintRequest, pixelsPerLatent: number): void {
  const { denoisingStart, handedOver } = request;
  checkRequest(request);
  checkShare(request);
  checkSize(request, pixelsPerLatent);
  if (handedOver !== undefined && denoisingStart === undefined) throw new InvalidRequest('handedOver is given without denoisingStart: say where the other model left off.');
}

function startFrom({ original, noise }: KeptPart, { texts, strength, denoisingStart, handedOver }: InpaintRequest, sampler: Sampler, call: number): Latents {
  const { dims, data } = original;
  if (handedOver !== undefined) {
    const latents = repeatLatents(handedOver, texts.length, dims[1] ?? 0);
    if (latents.dims.join() !== dims.join()) throw new InvalidRequest(`handedOver has the shape [${latents.dims.join(', ')}]: these pictures need [${dims.join(', ')}].`);
    return latents;
  }
  if (denoisingStart !== undefined) return original;
  return tensor(dims, strength === 1 ? noise.map((value) => value * sampler.initNoiseSigma) : sampler.addNoise(data, noise, call));
}
