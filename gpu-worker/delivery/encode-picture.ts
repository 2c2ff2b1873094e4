import sharp, { type Sharp } from 'sharp';
import { addPngText } from '../../provenance/png-text.ts';

/** 8-bit RGB, row by row. */
interface Picture {
  readonly width: number;
  readonly height: number;
  readonly rgb: Uint8Array;
}

/** A picture as a file: what is stored and posted. */
export interface PictureFile {
  readonly bytes: Uint8Array;
  readonly contentType: 'image/png' | 'image/webp' | 'image/jpeg';
  /** Without a dot. */
  readonly extension: 'png' | 'webp' | 'jpg';
}

const MEBIBYTE = 2 ** 20;

/** Discord's limit for one file where nobody has boosted: https://discord.com/developers/docs/reference#uploading-files */
export const MAX_FILE_BYTES = 10 * MEBIBYTE;

/** Discord refuses requests of more than 25 MiB whatever the files' limit is; some of it is left for the message itself. */
const MAX_REQUEST_BYTES = 24 * MEBIBYTE;

/** How large one of `count` pictures in a message may be, in bytes. */
export function fileBudget(count: number): number {
  return Math.min(MAX_FILE_BYTES, Math.floor(MAX_REQUEST_BYTES / count));
}

/** A lossless PNG; `parameters` goes into a text chunk of that name. */
export async function encodePng(picture: Picture, parameters?: string): Promise<PictureFile> {
  const png = await raw(picture).png({ adaptiveFiltering: true, compressionLevel: 6 }).toBuffer();
  const bytes = parameters === undefined ? png : addPngText(png, 'parameters', parameters);
  return { bytes, contentType: 'image/png', extension: 'png' };
}

/**
 * Encodes a picture into at most `maxBytes`: lossless as long as it fits, then in steps down to a JPEG that always does
 * at the sizes we paint. `parameters` survives in PNG only.
 * @throws {RangeError} when even the last step is too large
 */
export async function encodeToFit(picture: Picture, maxBytes: number, parameters?: string): Promise<PictureFile> {
  const steps: readonly (() => Promise<PictureFile>)[] = [
    () => encodePng(picture, parameters),
    async () => ({ bytes: await raw(picture).webp({ quality: 95 }).toBuffer(), contentType: 'image/webp', extension: 'webp' }),
    async () => ({ bytes: await raw(picture).webp({ quality: 85 }).toBuffer(), contentType: 'image/webp', extension: 'webp' }),
    async () => ({ bytes: await raw(picture).jpeg({ quality: 75 }).toBuffer(), contentType: 'image/jpeg', extension: 'jpg' }),
  ];
  for (const encode of steps) {
    const file = await encode();
    if (file.bytes.byteLength <= maxBytes) return file;
  }
  throw new RangeError(`a picture of ${picture.width}×${picture.height} cannot be made to fit ${maxBytes} bytes`);
}

function raw({ width, height, rgb }: Picture): Sharp {
  return sharp(rgb, { raw: { width, height, channels: 3 } });
}
