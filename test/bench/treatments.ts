/** What people and websites do to pictures. */
import sharp, { type Sharp } from 'sharp';
import type { Picture } from '../../gpu-worker/sdxl/picture/picture.ts';

export interface Treatment {
  readonly name: string;
  readonly treat: (picture: Picture) => Sharp;
}

export const TREATMENTS: readonly Treatment[] = [
  { name: 'PNG', treat: (picture) => imageOf(picture).png() },
  ...[95, 85, 70].map((quality) => ({ name: `JPEG, quality ${quality}`, treat: (picture: Picture) => imageOf(picture).jpeg({ quality }) })),
  { name: 'WebP, lossless', treat: (picture) => imageOf(picture).webp({ lossless: true }) },
  ...[90, 75].map((quality) => ({ name: `WebP, quality ${quality}`, treat: (picture: Picture) => imageOf(picture).webp({ quality }) })),
  { name: 'half the size', treat: (picture) => resized(picture, 0.5).png() },
  { name: '1.5 times the size', treat: (picture) => resized(picture, 1.5).png() },
  { name: 'half the size, JPEG 85', treat: (picture) => resized(picture, 0.5).jpeg({ quality: 85 }) },
  { name: '1.5 times the size, JPEG 85', treat: (picture) => resized(picture, 1.5).jpeg({ quality: 85 }) },
  { name: 'a tenth of each edge cut off', treat: (picture) => cropped(picture, 0.1).png() },
  { name: 'a tenth of each edge cut off, JPEG 85', treat: (picture) => cropped(picture, 0.1).jpeg({ quality: 85 }) },
  { name: 'left fifth and upper fifth cut off', treat: (picture) => cornered(picture, 0.2).png() },
  { name: 'half the size, JPEG 70', treat: (picture) => resized(picture, 0.5).jpeg({ quality: 70 }) },
  { name: 'a quarter of the size', treat: (picture) => resized(picture, 0.25).png() },
  { name: 'turned by 2 degrees', treat: (picture) => imageOf(picture).rotate(2, { background: 'white' }).png() },
  { name: 'mirrored', treat: (picture) => imageOf(picture).flop().png() },
];

export function imageOf({ width, height, rgb }: Picture): Sharp {
  return sharp(rgb, { raw: { width, height, channels: 3 } });
}

function resized(picture: Picture, scale: number): Sharp {
  return imageOf(picture).resize(Math.round(picture.width * scale), Math.round(picture.height * scale));
}

/** `share` of width and height goes at each of the four edges. */
function cropped({ width, height, rgb }: Picture, share: number): Sharp {
  const [left, top] = [Math.round(width * share), Math.round(height * share)];
  return imageOf({ width, height, rgb }).extract({ left, top, width: width - 2 * left, height: height - 2 * top });
}

function cornered({ width, height, rgb }: Picture, share: number): Sharp {
  const [left, top] = [Math.round(width * share), Math.round(height * share)];
  return imageOf({ width, height, rgb }).extract({ left, top, width: width - left, height: height - top });
}
