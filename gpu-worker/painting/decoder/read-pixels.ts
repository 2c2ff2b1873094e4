import sharp from 'sharp';
import { MAX_ATTACHED_PIXELS } from '../../../core/limits.ts';

/** What a file is decoded to. */
export interface Wanted {
  /** `picture`: three bytes a pixel, sRGB. `mask`: one, grey. */
  readonly as: 'picture' | 'mask';
  readonly width: number;
  readonly height: number;
}

export const BYTES_A_PIXEL = { picture: 3, mask: 1 } as const;

/** The file is none of the kinds that we take, too large once unfolded, or damaged. */
export class UnreadablePicture extends Error {
  override readonly name = 'UnreadablePicture';
}

/** libvips tries its loaders one after the other, and some read documents and scripts: it has these and no others. */
const LOADERS = ['VipsForeignLoadPng', 'VipsForeignLoadJpeg', 'VipsForeignLoadWebp', 'VipsForeignLoadNsgif'];
const FORMATS: ReadonlySet<string> = new Set(['png', 'jpeg', 'webp', 'gif']);

/** For a process that decodes one file and ends. */
export function restrictDecoding(): void {
  sharp.block({ operation: ['VipsForeignLoad'] });
  sharp.unblock({ operation: LOADERS });
  sharp.cache(false);
  sharp.concurrency(1);
}

/**
 * The file's picture (the first one of an animation), cut to fill `width` × `height`, its turning by EXIF undone; where it is
 * see-through, it is white.
 * @throws {UnreadablePicture}
 */
export async function readPixels(file: Uint8Array, { as, width, height }: Wanted): Promise<Buffer> {
  const options = { limitInputPixels: MAX_ATTACHED_PIXELS, failOn: 'error', pages: 1 } as const;
  try {
    // The header alone, before any pixel: a small file may unfold into gigabytes.
    const header = await sharp(file, options).metadata();
    if (!FORMATS.has(header.format) || header.width * header.height > MAX_ATTACHED_PIXELS) throw new UnreadablePicture('not a picture that is taken');
    return await sharp(file, options)
      .rotate()
      .resize(width, height, { fit: 'cover' })
      .flatten({ background: 'white' })
      .toColourspace(as === 'mask' ? 'b-w' : 'srgb')
      .raw()
      .toBuffer();
  } catch (cause) {
    throw cause instanceof UnreadablePicture ? cause : new UnreadablePicture('not readable', { cause });
  }
}
