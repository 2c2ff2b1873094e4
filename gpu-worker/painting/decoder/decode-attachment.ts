import { Refused } from '../../refused.ts';
import type { Mask, Picture } from '../../sdxl/picture/picture.ts';
import { BYTES_A_PIXEL, type Wanted } from './read-pixels.ts';
import { type DecoderLimits, DecodingFailed, runDecoder } from './run-decoder.ts';

const DECODER = new URL(import.meta.url.endsWith('.ts') ? './decoder-main.ts' : './decoder-main.js', import.meta.url);

/** 36 megapixels take 0.5 GiB at the most in any of the formats, and some seconds. */
export const DECODER_LIMITS = { timeoutMs: 30_000, mostMemoryBytes: 1024 ** 3 } as const;

interface Size {
  readonly width: number;
  readonly height: number;
}

/** What somebody attached, cut to fill `width` × `height`, decoded in a process of its own. @throws {Refused} */
export async function decodeAttached(file: Uint8Array, size: Size): Promise<Picture> {
  return { ...size, rgb: await decode(file, { as: 'picture', ...size }) };
}

/** The attached mask, cut alike: white is painted, black is kept; where it is see-through, it is white. @throws {Refused} */
export async function decodeMask(file: Uint8Array, size: Size): Promise<Mask> {
  return { ...size, grey: await decode(file, { as: 'mask', ...size }) };
}

/** @param entryPoint of the decoder's process */
export async function decode(file: Uint8Array, { as, width, height }: Wanted, entryPoint = DECODER, limits: DecoderLimits = DECODER_LIMITS): Promise<Uint8Array> {
  try {
    const bytes = await runDecoder(entryPoint, JSON.stringify({ as, width, height }), file, width * height * BYTES_A_PIXEL[as], limits);
    return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  } catch (cause) {
    if (cause instanceof DecodingFailed) throw new Refused('attachment-unreadable', { cause });
    throw cause;
  }
}
