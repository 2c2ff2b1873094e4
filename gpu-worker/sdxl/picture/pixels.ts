import { roundHalfToEven } from '../schedule/round-half-to-even.ts';
import { type Tensor, tensor } from '../tensor.ts';
import type { Picture } from './picture.ts';

/** A picture as the VAE's encoder takes it: [1, 3, height, width] in −1…1. */
export function toPixels({ width, height, rgb }: Picture): Tensor {
  const area = width * height;
  const data = new Float32Array(3 * area);
  for (let i = 0; i < area; i++) {
    for (let c = 0; c < 3; c++) {
      // numpy's float32 steps, one at a time: u8 / 255, then 2x − 1.
      const unit = Math.fround((rgb[3 * i + c] ?? 0) / 255);
      data[c * area + i] = 2 * unit - 1;
    }
  }
  return tensor([1, 3, height, width], data);
}

/** What the VAE's decoder gives, [n, 3, height, width], as n pictures: clamped, rounded half to even as numpy does. */
export function fromPixels({ dims, data }: Tensor): readonly Picture[] {
  const [count = 0, channels, height = 0, width = 0] = dims;
  if (channels !== 3) throw new RangeError(`pixels have 3 channels, not ${channels}: shape [${dims.join(', ')}]`);
  const area = width * height;
  return Array.from({ length: count }, (_, n) => {
    const rgb = new Uint8Array(3 * area);
    for (let i = 0; i < area; i++) {
      for (let c = 0; c < 3; c++) {
        const unit = Math.fround((data[(3 * n + c) * area + i] ?? 0) / 2 + 0.5);
        rgb[3 * i + c] = roundHalfToEven(Math.fround(Math.min(1, Math.max(0, unit)) * 255));
      }
    }
    return { width, height, rgb };
  });
}
