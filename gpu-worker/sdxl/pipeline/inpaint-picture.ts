import type { Mask, Picture } from '../picture/picture.ts';
import { type InpaintRequest, inpaint } from './inpaint.ts';
import { noisePerPicture } from './noise-source.ts';
import { onePerSeed, type PaintRequest } from './paint-request.ts';
import { refinerOf } from './refiner-of.ts';
import type { Latents, Sdxl, SdxlModel } from './sdxl.ts';
import type { Watch } from './watch.ts';

/** A picture, and where on it to paint. */
export interface Masked extends PaintRequest {
  readonly picture: Picture;
  /** 255 = painted, 0 = kept; of any size. */
  readonly mask: Mask;
  /** Pixels, multiples of 8; the picture's own, rounded down, when absent. */
  readonly width?: number | undefined;
  readonly height?: number | undefined;
}

export interface InpaintPictureRequest extends Masked {
  /** How much is painted anew where the mask is white: 1, and 0.9999 by default, take nothing of what was there. */
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
  const { pixelsPerLatent } = model.checkpoint.vae.config;
  const { picture, seeds } = request;
  const size = {
    width: request.width ?? picture.width - (picture.width % pixelsPerLatent),
    height: request.height ?? picture.height - (picture.height % pixelsPerLatent),
  };
  // The picture once for each seed, so that every generator samples it and no result depends on its neighbours.
  const image = seeds.map(() => picture);
  const { strength, denoisingStart, denoisingEnd, handedOver } = part;
  const cut = { strength, denoisingStart, denoisingEnd, handedOver, handover: 'consistent' } as const;
  return inpaint(model, { ...request, ...size, ...cut, image, texts: onePerSeed(request), noise: noisePerPicture(seeds) }, watch);
}
