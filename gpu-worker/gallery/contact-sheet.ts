import sharp from 'sharp';
import type { Picture } from '../sdxl/picture/picture.ts';

const GAP = 8;
/** Looks the same on a light page and on a dark one. */
const BETWEEN = { r: 0, g: 0, b: 0, alpha: 0 };
const QUALITY = 88;

/** Pictures row by row in squares of `edge` pixels, as WebP. */
export async function contactSheet(pictures: readonly Picture[], { across, edge }: { readonly across: number; readonly edge: number }): Promise<Uint8Array> {
  const tiles = await Promise.all(pictures.map(({ width, height, rgb }) => sharp(rgb, { raw: { width, height, channels: 3 } }).resize(edge, edge, { fit: 'contain', background: BETWEEN }).ensureAlpha().png({ compressionLevel: 1 }).toBuffer()));
  const [only] = tiles;
  const joined = tiles.length === 1 ? sharp(only) : sharp(tiles, { join: { across: Math.min(across, tiles.length), shim: GAP, background: BETWEEN, animated: false } });
  return joined.webp({ quality: QUALITY }).toBuffer();
}
