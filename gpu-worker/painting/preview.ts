import type { Picture } from '../sdxl/picture/picture.ts';
import { decodeLatents } from '../sdxl/pipeline/decode.ts';
import type { Latents, Sdxl } from '../sdxl/pipeline/sdxl.ts';
import { tensor } from '../sdxl/tensor.ts';

/** Latents per side of what is decoded: a 256 px preview costs a sixteenth of decoding 1024 px. */
const MOST_LATENTS = 32;

/**
 * Draws what a picture will be, given the latents without the noise that is left, [1, 4, h, w]. They are averaged down
 * and decoded by the model's own VAE, which needs no table of colours per model. None when `maySee` says no.
 */
export async function unfinishedPicture(sdxl: Sdxl, denoised: Latents, maySee: (picture: Picture) => Promise<boolean> = async () => true): Promise<Picture | undefined> {
  const [picture] = await decodeLatents(sdxl, shrink(denoised));
  return picture && (await maySee(picture)) ? picture : undefined;
}

/** Averages blocks of latents so that at most 32 a side are left. */
function shrink(latents: Latents): Latents {
  const [batch = 0, channels = 0, height = 0, width = 0] = latents.dims;
  const block = Math.ceil(Math.max(height, width) / MOST_LATENTS);
  if (block <= 1) return latents;
  const rows = Math.floor(height / block);
  const columns = Math.floor(width / block);
  const small = tensor([batch, channels, rows, columns]);
  for (let plane = 0, at = 0; plane < batch * channels; plane += 1) {
    for (let y = 0; y < rows; y += 1) {
      for (let x = 0; x < columns; x += 1, at += 1) small.data[at] = mean(latents.data, plane * height * width + y * block * width + x * block, width, block);
    }
  }
  return small;
}

function mean(data: Float32Array, start: number, stride: number, block: number): number {
  let sum = 0;
  for (let y = 0; y < block; y += 1) {
    for (let x = 0; x < block; x += 1) sum += data[start + y * stride + x] ?? 0;
  }
  return sum / block ** 2;
}
