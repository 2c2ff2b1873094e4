import type { Tensor } from '../tensor.ts';

/** The VAE gave numbers that are no colours, in float32 too. Trying the same again gives the same. */
export class BrokenDecode extends Error {
  override readonly name = 'BrokenDecode';
  constructor(options?: ErrorOptions) {
    super('the VAE decoded no picture but NaN: its weights are damaged, or the latents are broken, as by a LoRA of too high a strength', options);
  }
}

/** Above this a pixel is not black when rounded to 8 bits. */
const BLACK = -1 + 1 / 255;

/** Whether pixels, about −1…1, hold a NaN or an infinity. */
export function hasNoNumbers({ data }: Tensor): boolean {
  return data.some((value) => !Number.isFinite(value));
}

/** What half precision makes of SDXL's own VAE when its activations overflow: NaN, or black all over. */
export function looksBroken(pixels: Tensor): boolean {
  return hasNoNumbers(pixels) || pixels.data.every((value) => value < BLACK);
}
