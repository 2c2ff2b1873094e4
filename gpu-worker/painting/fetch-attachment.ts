import sharp, { type Sharp } from 'sharp';
import type { AttachedPicture } from '../../core/job.ts';
import { MAX_ATTACHED_BYTES, MAX_ATTACHED_PIXELS } from '../../core/limits.ts';
import { Refused } from '../refused.ts';
import type { Mask, Picture } from '../sdxl/picture/picture.ts';

/** Where Discord keeps attachments (https://discord.com/developers/docs/reference#signed-attachment-cdn-urls). */
const CDN_HOSTS: ReadonlySet<string> = new Set(['cdn.discordapp.com', 'media.discordapp.net']);
const FORMATS: ReadonlySet<string> = new Set(['png', 'jpeg', 'webp', 'gif']);
const TIMEOUT_MS = 15_000;

/** Gives the bytes of an attachment. @throws {Refused} when it is not where Discord keeps files, too large, or gone */
export type FetchAttachment = (attached: AttachedPicture) => Promise<Uint8Array>;

/**
 * Fetches what people attached, from Discord's own hosts and nowhere else; a local Discord keeps its files itself.
 * The URL is signed and enters no error.
 * @param api base of the Discord API that is spoken to
 */
export function attachmentFetcher(api: string): FetchAttachment {
  const own = new URL(api);
  const isOwnLocal = own.hostname === '127.0.0.1' || own.hostname === 'localhost' || own.hostname === '[::1]';
  return async ({ url, bytes }) => {
    const { protocol, hostname, host } = new URL(url);
    const isDiscords = (protocol === 'https:' && CDN_HOSTS.has(hostname)) || (isOwnLocal && host === own.host);
    if (!isDiscords) throw new Refused('attachment-elsewhere');
    if (bytes > MAX_ATTACHED_BYTES) throw new Refused('attachment-too-large');
    // A redirect could lead anywhere.
    const response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS), redirect: 'error' });
    if (response.status === 404 || response.status === 403) throw new Refused('attachment-gone');
    if (!response.ok || !response.body) throw new Error(`an attachment could not be fetched: status ${response.status}`);
    return readAtMost(response.body, MAX_ATTACHED_BYTES);
  };
}

/** What is declared and what is sent may differ: counted while it comes. */
async function readAtMost(body: ReadableStream<Uint8Array>, most: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.byteLength;
    if (length > most) throw new Refused('attachment-too-large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** The attached picture, cut to fill `width` × `height`, its turning by EXIF undone. @throws {Refused} */
export async function decodeAttached(file: Uint8Array, { width, height }: { readonly width: number; readonly height: number }): Promise<Picture> {
  const { data } = await decoded(file, (image) => image.rotate().resize(width, height, { fit: 'cover' }).flatten({ background: 'white' }).toColourspace('srgb'));
  return { width, height, rgb: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) };
}

/** The attached mask, cut alike: white is painted, black is kept; where it is see-through, it is white. @throws {Refused} */
export async function decodeMask(file: Uint8Array, { width, height }: { readonly width: number; readonly height: number }): Promise<Mask> {
  const { data } = await decoded(file, (image) => image.rotate().resize(width, height, { fit: 'cover' }).flatten({ background: 'white' }).toColourspace('b-w'));
  return { width, height, grey: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) };
}

async function decoded(file: Uint8Array, shape: (image: Sharp) => Sharp) {
  try {
    // The header alone, before any pixel: a small file may unfold into gigabytes.
    const { format, width, height } = await sharp(file, { limitInputPixels: MAX_ATTACHED_PIXELS }).metadata();
    if (!FORMATS.has(format) || width * height > MAX_ATTACHED_PIXELS) throw new Refused('attachment-unreadable');
    return await shape(sharp(file, { limitInputPixels: MAX_ATTACHED_PIXELS, failOn: 'error', pages: 1 })).raw().toBuffer({ resolveWithObject: true });
  } catch (cause) {
    throw cause instanceof Refused ? cause : new Refused('attachment-unreadable', { cause });
  }
}
