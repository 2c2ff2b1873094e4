import type { Picture } from '../picture/picture.ts';
import { elementCount, tensor } from '../tensor.ts';
import { decodeWith } from './decode.ts';
import type { Latents, SdxlModel } from './sdxl.ts';

/**
 * Red, green and blue of SDXL's four latent channels and their bias, as a linear fit to what its VAE decodes
 * (https://github.com/comfyanonymous/ComfyUI/blob/master/comfy/latent_formats.py). Of that VAE only.
 */
const SDXL_CHANNELS: readonly (readonly [number, number, number])[] = [
  [0.3651, 0.4232, 0.4341],
  [-0.2533, -0.0042, 0.1068],
  [0.1076, 0.1111, -0.0362],
  [-0.3165, -0.2492, -0.2188],
];
const SDXL_BIAS = [0.1084, -0.0175, -0.0011] as const;

/** Above this many latents along an edge, decoding a preview would cost a good part of a step. */
const MAX_DECODED_EDGE = 32;

/**
 * Small pictures of unfinished latents, from `Progress.denoised`. SDXL's own VAE is approximated by a linear map, one pixel
 * a latent, for next to nothing; any other VAE decodes them itself, from latents averaged down to at most 32×32.
 */
export async function preview(model: SdxlModel, denoised: Latents): Promise<readonly Picture[]> {
  return isSdxlVae(model) ? approximate(denoised) : decodeWith(model, shrink(denoised, MAX_DECODED_EDGE));
}

/** SDXL's VAE and its fp16-fix share widths and scaling factor; no VAE of other widths speaks its latents. */
function isSdxlVae({ checkpoint }: SdxlModel): boolean {
  const { blockChannels, scalingFactor, latentChannels } = checkpoint.vae.config;
  return latentChannels === 4 && blockChannels.join() === '128,256,512,512' && Math.abs(scalingFactor - 0.13025) < 1e-6;
}

function approximate({ dims, data }: Latents): readonly Picture[] {
  const [count = 0, channels = 0, height = 0, width = 0] = dims;
  const area = height * width;
  return Array.from({ length: count }, (_, n) => {
    const rgb = new Uint8ClampedArray(3 * area);
    for (let i = 0; i < area; i++) {
      for (let color = 0; color < 3; color++) {
        let value = SDXL_BIAS[color] ?? 0;
        for (let c = 0; c < channels; c++) value += (data[(n * channels + c) * area + i] ?? 0) * (SDXL_CHANNELS[c]?.[color] ?? 0);
        rgb[3 * i + color] = ((value + 1) / 2) * 255;
      }
    }
    return { width, height, rgb: new Uint8Array(rgb.buffer) };
  });
}

/** Means over blocks, so that no edge is longer than `edge`; the latents themselves when none is. */
function shrink(latents: Latents, edge: number): Latents {
  const [count = 0, channels = 0, height = 0, width = 0] = latents.dims;
  const block = Math.ceil(Math.max(height, width) / edge);
  if (block <= 1) return latents;
  const dims = [count, channels, Math.max(1, Math.floor(height / block)), Math.max(1, Math.floor(width / block))];
  const [, , rows = 1, columns = 1] = dims;
  const small = new Float32Array(elementCount(dims));
  for (let at = 0; at < small.length; at++) {
    const x = at % columns;
    const y = Math.floor(at / columns) % rows;
    const plane = Math.floor(at / (columns * rows)) * height * width;
    let sum = 0;
    let cells = 0;
    for (let dy = 0; dy < block && y * block + dy < height; dy++) {
      for (let dx = 0; dx < block && x * block + dx < width; dx++) {
        sum += latents.data[plane + (y * block + dy) * width + x * block + dx] ?? 0;
        cells++;
      }
    }
    small[at] = sum / cells;
  }
  return tensor(dims, small);
}
