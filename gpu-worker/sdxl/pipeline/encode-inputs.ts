import { fitSize } from '../picture/fit-size.ts';
import type { Picture } from '../picture/picture.ts';
import { toPixels } from '../picture/pixels.ts';
import { elementCount, type Tensor, tensor } from '../tensor.ts';
import { InvalidRequest } from './invalid-request.ts';
import type { NoiseSource } from './noise-source.ts';
import type { Latents, SdxlModel } from './sdxl.ts';

/** A picture's posterior: what the VAE's encoder says its latents may be. Both [1, 4, height/8, width/8]. */
interface Posterior {
  readonly mean: Tensor;
  readonly logvar: Tensor;
}

/** How many pictures are painted, and how many draws of noise their inputs' latents are sampled with. */
export interface InputCounts {
  readonly pictures: number;
  readonly draws: number;
}

/**
 * Latents of the inputs, [pictures, 4, height/8, width/8], sampled and scaled. Picture i has the input, and the draw, of i
 * modulo their number. Sizes are rounded down to multiples of 8, with Lanczos. Throws InvalidRequest when they differ.
 */
export async function encodeInputs(model: SdxlModel, inputs: readonly Picture[], noise: NoiseSource, { pictures, draws }: InputCounts): Promise<Latents> {
  const { config } = model.checkpoint.vae;
  const posteriors = await encode(model, inputs);
  const [, ...shape] = posteriors[0]?.mean.dims ?? [];
  const length = elementCount(shape);
  const drawn = noise.drawForInputs([draws, ...shape]);
  const latents = tensor([pictures, ...shape]);
  for (let picture = 0; picture < pictures; picture++) {
    const posterior = posteriors[picture % posteriors.length];
    const draw = (picture % draws) * length;
    for (let i = 0; i < length; i++) {
      const sample = samplePosterior(posterior?.mean.data[i] ?? 0, posterior?.logvar.data[i] ?? 0, drawn[draw + i] ?? 0);
      latents.data[picture * length + i] = sample * config.scalingFactor;
    }
  }
  return latents;
}

async function encode({ checkpoint: { vae } }: SdxlModel, inputs: readonly Picture[]): Promise<readonly Posterior[]> {
  const { pixelsPerLatent } = vae.config;
  const fitted = new Map(inputs.map((input) => [input, fitSize(input, pixelsPerLatent)]));
  const sizes = new Set([...fitted.values()].map(({ width, height }) => `${width}×${height}`));
  if (sizes.size > 1) throw new InvalidRequest(`The input pictures differ in size (${[...sizes].join(', ')}): give pictures of one size.`);
  const known = new Map<Picture, Posterior>();
  for (const [input, picture] of fitted) known.set(input, await vae.encode(toPixels(picture)));
  return inputs.flatMap((input) => known.get(input) ?? []);
}

/** One value of the posterior: `mean + std · noise`, its log variance clamped as in diffusers. */
export function samplePosterior(mean: number, logvar: number, noise: number): number {
  return Math.fround(mean + Math.exp(0.5 * Math.min(20, Math.max(-30, logvar))) * noise);
}
