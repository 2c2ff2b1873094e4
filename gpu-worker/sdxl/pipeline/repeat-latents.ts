import { elementCount, tensor } from '../tensor.ts';
import { InvalidRequest } from './invalid-request.ts';
import type { Latents } from './sdxl.ts';

/** One set of latents for every picture: given so, or in turn. Throws InvalidRequest when they do not fit. */
export function repeatLatents(latents: Latents, pictures: number, channels: number): Latents {
  const [count = 0, ...shape] = latents.dims;
  if (shape.length !== 3 || shape[0] !== channels || count === 0 || pictures % count !== 0) {
    throw new InvalidRequest(`latents have the shape [${latents.dims.join(', ')}]: give [1 or ${pictures}, ${channels}, height/8, width/8].`);
  }
  if (count === pictures) return latents;
  const repeated = tensor([pictures, ...shape]);
  for (let i = 0; i < pictures / count; i++) repeated.data.set(latents.data, i * count * elementCount(shape));
  return repeated;
}
