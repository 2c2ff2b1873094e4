import type { Picture } from '../../gpu-worker/sdxl/picture/picture.ts';

/** Peak signal-to-noise ratio over all colours, in dB. */
export function psnr(a: Picture, b: Picture): number {
  const error = a.rgb.reduce((sum, value, i) => sum + (value - (b.rgb[i] ?? 0)) ** 2, 0) / a.rgb.length;
  return 10 * Math.log10(255 ** 2 / error);
}

const WINDOW = 8;
const STRIDE = 4;
const C1 = (0.01 * 255) ** 2;
const C2 = (0.03 * 255) ** 2;

/** Structural similarity of luma, averaged over windows of 8 × 8 pixels (Wang et al. 2004, https://doi.org/10.1109/TIP.2003.819861). */
export function ssim(a: Picture, b: Picture): number {
  const [x, y] = [luma(a), luma(b)];
  let [sum, windows] = [0, 0];
  for (let top = 0; top + WINDOW <= a.height; top += STRIDE) {
    for (let left = 0; left + WINDOW <= a.width; left += STRIDE) {
      sum += windowSimilarity(x, y, a.width, top, left);
      windows += 1;
    }
  }
  return sum / windows;
}

function windowSimilarity(x: Float32Array, y: Float32Array, width: number, top: number, left: number): number {
  let [sx, sy, sxx, syy, sxy] = [0, 0, 0, 0, 0];
  for (let row = top; row < top + WINDOW; row++) {
    for (let i = row * width + left; i < row * width + left + WINDOW; i++) {
      const [p, q] = [x[i] ?? 0, y[i] ?? 0];
      sx += p;
      sy += q;
      sxx += p * p;
      syy += q * q;
      sxy += p * q;
    }
  }
  const n = WINDOW ** 2;
  const [mx, my] = [sx / n, sy / n];
  const [vx, vy, cov] = [sxx / n - mx * mx, syy / n - my * my, sxy / n - mx * my];
  return ((2 * mx * my + C1) * (2 * cov + C2)) / ((mx * mx + my * my + C1) * (vx + vy + C2));
}

/** BT.601. */
function luma({ width, height, rgb }: Picture): Float32Array {
  return Float32Array.from({ length: width * height }, (_, i) => 0.299 * (rgb[3 * i] ?? 0) + 0.587 * (rgb[3 * i + 1] ?? 0) + 0.114 * (rgb[3 * i + 2] ?? 0));
}
