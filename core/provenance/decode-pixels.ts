import sharp from 'sharp';

/** What a stranger's file may unfold into. */
const MOST_PIXELS = 36_000_000;
const FORMATS: ReadonlySet<string> = new Set(['png', 'jpeg', 'webp', 'gif']);

/** The file is no picture that can be read. */
export class UnreadableFile extends Error {
  override readonly name = 'UnreadableFile';
}

/**
 * Decodes a PNG, JPEG, WebP or GIF (its first frame) of at most 36 megapixels into 8-bit RGB, as it lies in the file. A stranger's belongs
 * into a process of its own (examine-in-child.ts). @throws {UnreadableFile}
 */
export async function decodePixels(file: Uint8Array): Promise<{ readonly width: number; readonly height: number; readonly rgb: Uint8Array }> {
  try {
    const { format } = await sharp(file, { limitInputPixels: MOST_PIXELS }).metadata();
    if (!FORMATS.has(format)) throw new UnreadableFile(`a file of the kind ${format} is not read here`);
    const { data, info } = await sharp(file, { limitInputPixels: MOST_PIXELS, pages: 1 }).flatten({ background: 'white' }).toColourspace('srgb').raw().toBuffer({ resolveWithObject: true });
    if (info.channels !== 3) throw new UnreadableFile(`a picture with ${info.channels} channels is not read here`);
    return { width: info.width, height: info.height, rgb: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) };
  } catch (cause) {
    throw cause instanceof UnreadableFile ? cause : new UnreadableFile('this is no PNG, JPEG, WebP or GIF of at most 36 megapixels', { cause });
  }
}
