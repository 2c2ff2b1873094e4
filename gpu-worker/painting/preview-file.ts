import sharp from 'sharp';
import type { Upload } from '../../bot/rest/discord.ts';
import type { Picture } from '../sdxl/picture/picture.ts';

/** Pixels of a picture's longer side as shown. */
const SHOWN_EDGE = 256;
const ACROSS = 2;
const GAP = 6;
/** Of Discord's dark theme, so that what is not painted yet looks empty. */
const EMPTY = '#2b2d31';

/**
 * The pictures of one job as far as they are, as one small file: one alone, several side by side as they will stand in the message. What is
 * not painted yet, or not to be seen, stays empty. `undefined` where there is nothing to see.
 */
export async function previewFile(pictures: readonly (Picture | undefined)[]): Promise<Upload | undefined> {
  const seen = pictures.find((picture) => picture !== undefined);
  if (!seen) return undefined;
  const size = shownSize(seen);
  const tiles = await Promise.all(pictures.map((picture) => tile(picture, size)));
  const joined = tiles.length === 1 ? sharp(tiles[0]) : sharp(tiles, { join: { across: ACROSS, shim: GAP, background: EMPTY } });
  return { name: 'preview.webp', data: await joined.webp({ quality: 80 }).toBuffer(), contentType: 'image/webp' };
}

interface Size {
  readonly width: number;
  readonly height: number;
}

function shownSize({ width, height }: Size): Size {
  const scale = SHOWN_EDGE / Math.max(width, height);
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

/** Hardly compressed: it is joined with the others at once. */
function tile(picture: Picture | undefined, { width, height }: Size): Promise<Uint8Array> {
  const image = picture
    ? sharp(picture.rgb, { raw: { width: picture.width, height: picture.height, channels: 3 } }).resize({ width, height, fit: 'fill', kernel: 'cubic' })
    : sharp({ create: { width, height, channels: 3, background: EMPTY } });
  return image.png({ compressionLevel: 1 }).toBuffer();
}
