import type { Mask, Picture } from '../picture/picture.ts';
import { type InpaintRequest, inpaint } from './inpaint.ts';
import { isPixels } from './input-pictures.ts';
import { noisePerPicture } from './noise-source.ts';
import { onePerSeed, type PaintRequest } from './paint-request.ts';
import { refinerOf } from './refiner-of.ts';
import type { Latents, Sdxl, SdxlModel } from './sdxl.ts';
import type { Watch } from './watch.ts';
import { type LoraRequest, withLoras } from './with-loras.ts';

/** A picture, and where on it to paint. */
export interface Masked extends PaintRequest, LoraRequest {
  /** Pixels, or latents without noise. */
  readonly picture: Picture | Latents;
  /** 255 = painted, 0 = kept; of any size. */
  readonly mask: Mask;
  /** Pixels, multiples of 8; the picture's own, rounded down, when absent. */
  readonly width?: number | undefined;
  readonly height?: number | undefined;
}

export interface InpaintPictureRequest extends Masked {
  /** How much is painted anew where the mask is white. 0.9999 by default: all steps, from the noised picture; 1: from pure noise. */
  readonly strength?: number | undefined;
  /** Where the base hands its latents over to `finishInpainting`; to the end when absent. */
  readonly denoisingEnd?: number | undefined;
}

/** Inpainting by the base. Hands over consistently, which `finishInpainting` expects. */
export async function inpaintPicture(sdxl: Sdxl, request: InpaintPictureRequest, watch?: Watch): Promise<Latents> {
  const { strength, denoisingEnd } = request;
  return inpaintMasked(sdxl.base, request, { strength, denoisingEnd }, watch);
}

export interface FinishInpaintingRequest extends Masked {
  /** What `inpaintPicture` returned at the hand-over. */
  readonly latents: Latents;
  /** Its `denoisingEnd`. */
  readonly denoisingStart: number;
}

/** The refiner's part of an inpainting ensemble, given the same picture, mask and seeds. */
export async function finishInpainting(sdxl: Sdxl, request: FinishInpaintingRequest, watch?: Watch): Promise<Latents> {
  const { latents: handedOver, denoisingStart } = request;
  return inpaintMasked(refinerOf(sdxl), request, { handedOver, denoisingStart }, watch);
}

/** SDEdit by the refiner, where the mask is white. */
export async function refineMasked(sdxl: Sdxl, request: Masked & { readonly strength: number }, watch?: Watch): Promise<Latents> {
  return inpaintMasked(refinerOf(sdxl), request, { strength: request.strength }, watch);
}

type Part = Pick<InpaintRequest, 'strength' | 'denoisingStart' | 'denoisingEnd' | 'handedOver'>;

async function inpaintMasked(model: SdxlModel, request: Masked, part: Part, watch: Watch | undefined): Promise<Latents> {
  const { picture, seeds } = request;
  const own = sizeOf(picture, model.checkpoint.vae.config.pixelsPerLatent);
  const size = { width: request.width ?? own.width, height: request.height ?? own.height };
  // The picture once for each seed, so that every generator samples it and no result depends on its neighbours.
  const image = isPixels(picture) ? seeds.map(() => picture) : picture;
  const { strength, denoisingStart, denoisingEnd, handedOver } = part;
  const cut = { strength, denoisingStart, denoisingEnd, handedOver, handover: 'consistent' } as const;
  const texts = onePerSeed(request);
  return withLoras(model, request.loras, (tuned) => inpaint(tuned, { ...request, ...size, ...cut, image, texts, noise: noisePerPicture(seeds) }, watch));
}

/** Rounded down to what can be painted. */
function sizeOf(picture: Picture | Latents, pixelsPerLatent: number): { readonly width: number; readonly height: number } {
  if (isPixels(picture)) return { width: picture.width - (picture.width % pixelsPerLatent), height: picture.height - (picture.height % pixelsPerLatent) };
  const [, , rows = 0, columns = 0] = picture.dims;
  return { width: columns * pixelsPerLatent, height: rows * pixelsPerLatent };
}
