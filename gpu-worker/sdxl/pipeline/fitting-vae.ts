import type { Vae } from '../networks/vae.ts';
import type { VaeConfig } from '../networks/vae-config.ts';
import type { Tensor } from '../tensor.ts';
import { tiledVae } from './tiled-vae.ts';

/** Edges of tiles in pixels, the best first: the fewer tiles, the nearer to the picture in one piece. */
const TILE_EDGES = [1024, 768, 512, 384, 256];
const BYTES_PER_NUMBER = 4;
/** How many maps of full size are alive at once: a convolution's input and output, and the shortcut around both. */
const MAPS_ALIVE = 3;

/**
 * A VAE that works in one piece where the memory suffices, and otherwise in the largest tiles for which it does (the smallest, when it
 * does for none). `freeBytes` is asked before every picture.
 */
export function fittingVae(vae: Vae, freeBytes: () => number): Vae {
  /** onnxruntime keeps what it once took, for the next run. */
  let heldBytes = 0;
  const fitted = (height: number, width: number): Vae => {
    const available = Math.max(freeBytes(), heldBytes);
    const edges = TILE_EDGES.filter((edge) => edge < Math.max(height, width));
    const sizes = [{ height, width }, ...edges.map((edge) => ({ height: Math.min(edge, height), width: Math.min(edge, width) }))];
    const index = sizes.findIndex((size) => bytesFor(vae.config, size) <= available);
    const chosen = sizes.at(index) ?? { height, width };
    heldBytes = Math.max(heldBytes, bytesFor(vae.config, chosen));
    const pixels = edges.at(index === -1 ? -1 : index - 1);
    return index === 0 || pixels === undefined ? vae : tiledVae(vae, { pixels });
  };
  const { pixelsPerLatent } = vae.config;
  return {
    config: vae.config,
    encode: (picture) => fitted(height(picture), width(picture)).encode(picture),
    decode: (latents) => fitted(height(latents) * pixelsPerLatent, width(latents) * pixelsPerLatent).decode(latents),
    close: () => vae.close(),
  };
}

/** In pixels. */
interface Size {
  readonly height: number;
  readonly width: number;
}

/**
 * What a picture takes beside the weights: the maps of its full size, which have as many channels as the level below. Measured at 1024² with
 * SDXL's VAE: 3.2 GB; by this rule 3.2 GB.
 */
export function bytesFor({ blockChannels: [first = 0, second = first] }: Pick<VaeConfig, 'blockChannels'>, { height, width }: Size): number {
  return height * width * second * BYTES_PER_NUMBER * MAPS_ALIVE;
}

function height({ dims }: Tensor): number {
  return dims[2] ?? 0;
}

function width({ dims }: Tensor): number {
  return dims[3] ?? 0;
}
