import { setImmediate } from 'node:timers/promises';
import type { Picture } from '../picture/picture.ts';
import { fromPixels } from '../picture/pixels.ts';
import { elementCount, tensor } from '../tensor.ts';
import type { Latents, Sdxl, SdxlModel } from './sdxl.ts';

/** Finished latents as 8-bit pictures, by the base's VAE (the refiner's is the same). */
export async function decodeLatents(sdxl: Sdxl, latents: Latents): Promise<readonly Picture[]> {
  return decodeWith(sdxl.base, latents);
}

/** The same by a model of one's own choice; one picture at a time, which bounds memory. */
export async function decodeWith(model: SdxlModel, latents: Latents): Promise<readonly Picture[]> {
  const { vae } = model.checkpoint;
  const [count = 0, ...shape] = latents.dims;
  const length = elementCount(shape);
  const pictures: Picture[] = [];
  for (let i = 0; i < count; i++) {
    const one = latents.data.subarray(i * length, (i + 1) * length).map((value) => value / vae.config.scalingFactor);
    pictures.push(...fromPixels(await vae.decode(tensor([1, ...shape], one))));
    await setImmediate();
  }
  return pictures;
}
