import { fitSize } from '../picture/fit-size.ts';
import type { Picture } from '../picture/picture.ts';
import { toPixels } from '../picture/pixels.ts';
import { tensor } from '../tensor.ts';
import type { NoiseSource } from './noise-source.ts';
import type { Latents, SdxlModel } from './sdxl.ts';

/**
 * A picture's latents, once for each of `pictures`: the VAE's posterior, sampled with noise from the source. The
 * picture's size is rounded down to multiples of 8, with Lanczos.
 */
export async function encodePicture(model: SdxlModel, picture: Picture, noise: NoiseSource, pictures: number): Promise<Latents> {
  const { vae } = model.checkpoint;
  const { mean, logvar } = await vae.encode(toPixels(fitSize(picture, vae.config.pixelsPerLatent)));
  const dims = [pictures, ...mean.dims.slice(1)];
  const draw = noise.drawForSharedInput(dims);
  const data = draw.map((n, i) => {
    const at = i % mean.data.length;
    return samplePosterior(mean.data[at] ?? 0, logvar.data[at] ?? 0, n) * vae.config.scalingFactor;
  });
  return tensor(dims, data);
}

/** One value of the posterior: `mean + std · noise`, its log variance clamped as in diffusers. */
export function samplePosterior(mean: number, logvar: number, noise: number): number {
  return Math.fround(mean + Math.exp(0.5 * Math.min(20, Math.max(-30, logvar))) * noise);
}
