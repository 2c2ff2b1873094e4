/** Files that come with a message: what they are, and where they go. https://discord.com/developers/docs/reference#uploading-files */
import sharp from 'sharp';
import { entityTooLarge } from '../rest/discord-error.ts';
import type { AttachmentRecord } from '../store/records.ts';
import type { AttachmentMention } from '../validation/bodies.ts';
import type { World } from '../world.ts';

export const MAX_FILE_BYTES = 10 * 1024 * 1024;

/** One `files[n]` of a multipart body. */
export interface Upload {
  readonly n: string;
  readonly filename: string;
  readonly bytes: Uint8Array;
}

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  avif: 'image/avif', gif: 'image/gif', jpeg: 'image/jpeg', jpg: 'image/jpeg', json: 'application/json; charset=utf-8',
  png: 'image/png', txt: 'text/plain; charset=utf-8', webp: 'image/webp', zip: 'application/zip',
};

/** @throws {DiscordError} 40005 for a file over 10 MiB. */
export function checkUploadSizes(uploads: readonly Upload[]): void {
  if (uploads.some(({ bytes }) => bytes.byteLength > MAX_FILE_BYTES)) throw entityTooLarge();
}

/** Stores a file under a new attachment id. */
export async function storeUpload(world: World, channelId: string, upload: Upload, about: AttachmentMention | undefined): Promise<AttachmentRecord> {
  const id = world.ids.next();
  await world.files.write(channelId, id, upload.bytes);
  const filename = safeFilename(about?.filename ?? upload.filename);
  const contentType = CONTENT_TYPES[filename.slice(filename.lastIndexOf('.') + 1).toLowerCase()] ?? null;
  const size = contentType?.startsWith('image/') === true ? await imageSize(upload.bytes) : undefined;
  return { id, filename, description: about?.description ?? null, contentType, size: upload.bytes.byteLength, width: size?.width ?? null, height: size?.height ?? null };
}

/** Discord replaces what is neither a letter, a digit, `.`, `-` nor `_`. */
function safeFilename(name: string): string {
  const clean = name.replaceAll(/[^\w.-]/g, '_').replace(/^\.+/, '');
  return clean === '' ? 'unknown' : clean;
}

async function imageSize(bytes: Uint8Array): Promise<{ width: number; height: number } | undefined> {
  try {
    const { width, height } = await sharp(bytes).metadata();
    return { width, height };
  } catch {
    return undefined; // Named like a picture, but none: shown as a file, as in Discord.
  }
}
