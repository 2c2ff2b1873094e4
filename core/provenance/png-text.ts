import { isUtf8 } from 'node:buffer';
import { crc32, inflateSync } from 'node:zlib';

const SIGNATURE_LENGTH = 8;
/** Signature, then IHDR: length, type, 13 bytes, CRC. */
const AFTER_HEADER = SIGNATURE_LENGTH + 4 + 4 + 13 + 4;

/**
 * Adds a text chunk to an encoded PNG, right after its header: `tEXt` when the text is Latin-1, else `iTXt`
 * (https://www.w3.org/TR/png-3/#11textinfo). Do this last: encoders drop text chunks.
 * @param keyword 1 to 79 Latin-1 characters
 */
export function addPngText(png: Uint8Array, keyword: string, text: string): Uint8Array {
  const bytes = Buffer.from(png.buffer, png.byteOffset, png.byteLength);
  if (bytes.toString('latin1', 12, 16) !== 'IHDR') throw new TypeError('a text chunk can only be added to a PNG');
  return Buffer.concat([bytes.subarray(0, AFTER_HEADER), textChunk(keyword, text), bytes.subarray(AFTER_HEADER)]);
}

/** Longer texts are not unfolded: a few compressed bytes can stand for any number. */
const MOST_UNFOLDED_BYTES = 200_000;

/** Reads the text under a keyword from a PNG, compressed or not; `undefined` when there is none that can be read. */
export function readPngText(png: Uint8Array, keyword: string): string | undefined {
  const bytes = Buffer.from(png.buffer, png.byteOffset, png.byteLength);
  for (let at = SIGNATURE_LENGTH; at + 12 <= bytes.length; at += 12 + bytes.readUInt32BE(at)) {
    const data = bytes.subarray(at + 8, at + 8 + bytes.readUInt32BE(at));
    if (!startsWith(data, `${keyword}\0`)) continue;
    const text = textIn(bytes.toString('latin1', at + 4, at + 8), data.subarray(keyword.length + 1));
    if (text !== undefined) return text;
  }
  return undefined;
}

/** What follows the keyword in a chunk of each kind. */
function textIn(type: string, data: Buffer): string | undefined {
  if (type === 'tEXt') return data.toString('latin1');
  if (type === 'zTXt') return asText(unfolded(data.subarray(1)));
  if (type !== 'iTXt') return undefined;
  const afterLanguage = data.indexOf(0, 2) + 1;
  const start = afterLanguage === 0 ? 0 : data.indexOf(0, afterLanguage) + 1;
  if (start === 0) return undefined;
  const isCompressed = data[0] === 1;
  return (isCompressed ? unfolded(data.subarray(start)) : data.subarray(start))?.toString('utf8');
}

/** Latin-1 by the standard; libvips puts UTF-8 there, too. */
function asText(bytes: Buffer | undefined): string | undefined {
  return bytes && (isUtf8(bytes) ? bytes.toString('utf8') : bytes.toString('latin1'));
}

function unfolded(data: Buffer): Buffer | undefined {
  try {
    return inflateSync(data, { maxOutputLength: MOST_UNFOLDED_BYTES });
  } catch {
    return undefined;
  }
}

function textChunk(keyword: string, text: string): Buffer {
  // Latin-1 is Unicode's first 256 characters; a NUL would end the text early.
  const isLatin1 = [...text].every((character) => (character.codePointAt(0) ?? 0) < 256 && character !== '\0');
  if (isLatin1) return chunk('tEXt', Buffer.from(`${keyword}\0${text}`, 'latin1'));
  // keyword, NUL, not compressed, method 0, no language, NUL, no translated keyword, NUL, text
  return chunk('iTXt', Buffer.concat([Buffer.from(`${keyword}\0\0\0\0\0`, 'latin1'), Buffer.from(text.replaceAll('\0', ''), 'utf8')]));
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const out = Buffer.alloc(body.length + 8);
  out.writeUInt32BE(data.length, 0);
  body.copy(out, 4);
  out.writeUInt32BE(crc32(body), out.length - 4);
  return out;
}

function startsWith(data: Buffer, prefix: string): boolean {
  return data.toString('latin1', 0, prefix.length) === prefix;
}
