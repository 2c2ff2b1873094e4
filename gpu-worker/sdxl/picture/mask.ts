import { type Tensor, tensor } from '../tensor.ts';
import type { Mask } from './picture.ts';
import { resizeLanczos } from './resize-lanczos.ts';

/** A mask per pixel, [1, 1, height, width]: 1 = repaint where the grey is at least one half, else 0 = keep. */
export function toPixelMask(mask: Mask, width: number, height: number): Tensor {
  const { bytes } = resizeLanczos({ width: mask.width, height: mask.height, channels: 1, bytes: mask.grey }, width, height);
  return tensor([1, 1, height, width], Float32Array.from(bytes, (grey) => (grey / 255 >= 0.5 ? 1 : 0)));
}

/** The mask per latent, [1, 1, height/8, width/8]: that of the first pixel of each block, PyTorch's `nearest`. */
export function toLatentMask(pixelMask: Tensor, pixelsPerLatent: number): Tensor {
  const [, , height = 0, width = 0] = pixelMask.dims;
  const rows = Math.floor(height / pixelsPerLatent);
  const columns = Math.floor(width / pixelsPerLatent);
  const data = new Float32Array(rows * columns);
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++) data[y * columns + x] = pixelMask.data[(y * width + x) * pixelsPerLatent] ?? 0;
  }
  return tensor([1, 1, rows, columns], data);
}
