/**
 * EXIF's UserComment, where AUTOMATIC1111's web UI keeps in JPEG and WebP files what it writes into a PNG's `parameters`
 * (https://www.cipa.jp/std/documents/download_e.html?DC-008-Translation-2023-E, section 4.6.6).
 */
import { findExif } from './find-exif.ts';

const EXIF_POINTER = 0x87_69;
const USER_COMMENT = 0x92_86;
const ENTRY_BYTES = 12;
/** What a field's unit takes, in bytes, by its type. */
const UNDEFINED_TYPE = 7;
const LONG_TYPE = 4;

/** Says how the text is coded, in eight bytes before it. */
const UNICODE = 'UNICODE\0';
const ASCII = 'ASCII\0\0\0';

/** UTF-16 with the high byte first, whatever the block's own order: so AUTOMATIC1111's web UI writes and reads it. */
export function encodeUserComment(text: string): Buffer {
  return Buffer.concat([Buffer.from(UNICODE, 'latin1'), Buffer.from(text, 'utf16le').swap16()]);
}

/** The comment of a JPEG, WebP or PNG; `undefined` when it has none that can be read. */
export function readUserComment(file: Uint8Array): string | undefined {
  const block = findExif(file);
  const comment = block && commentIn(block);
  if (!comment) return undefined;
  const text = comment.subarray(UNICODE.length);
  switch (comment.toString('latin1', 0, UNICODE.length)) {
    case UNICODE:
      return withoutPadding(decodeUtf16(text));
    case ASCII:
      return withoutPadding(text.toString('latin1'));
    default:
      return undefined;
  }
}

/** A block is a little TIFF file: its first directory points to EXIF's own, which has the comment. */
function commentIn(block: Buffer): Buffer | undefined {
  const order = block.toString('latin1', 0, 2);
  if (order !== 'II' && order !== 'MM') return undefined;
  const reader = { block, isLittle: order === 'II' };
  const pointer = findEntry(reader, u32(reader, 4), EXIF_POINTER);
  if (pointer?.type !== LONG_TYPE) return undefined;
  const found = findEntry(reader, pointer.value, USER_COMMENT);
  if (found?.type !== UNDEFINED_TYPE || found.count <= UNICODE.length) return undefined;
  return block.subarray(found.value, found.value + found.count);
}

interface Reader {
  readonly block: Buffer;
  readonly isLittle: boolean;
}

interface Entry {
  readonly type: number;
  readonly count: number;
  /** The value itself, or where in the block it lies. */
  readonly value: number;
}

function findEntry(reader: Reader, directory: number, tag: number): Entry | undefined {
  const entries = u16(reader, directory);
  for (let i = 0; i < entries; i += 1) {
    const at = directory + 2 + i * ENTRY_BYTES;
    if (at + ENTRY_BYTES > reader.block.length) return undefined;
    if (u16(reader, at) === tag) return { type: u16(reader, at + 2), count: u32(reader, at + 4), value: u32(reader, at + 8) };
  }
  return undefined;
}

/** 0 beyond the end. */
function u16({ block, isLittle }: Reader, at: number): number {
  if (at + 2 > block.length) return 0;
  return isLittle ? block.readUInt16LE(at) : block.readUInt16BE(at);
}

function u32({ block, isLittle }: Reader, at: number): number {
  if (at + 4 > block.length) return 0;
  return isLittle ? block.readUInt32LE(at) : block.readUInt32BE(at);
}

/** Programs do not agree on the byte order. Every text of parameters has Latin letters, whose high byte is zero: the order shows in where the zeros are. */
function decodeUtf16(text: Buffer): string {
  const even = Buffer.from(text.subarray(0, text.length - (text.length % 2)));
  let [first, second] = [0, 0];
  for (let i = 0; i < even.length; i += 2) {
    if (even[i] === 0) first += 1;
    if (even[i + 1] === 0) second += 1;
  }
  return (second > first ? even : even.swap16()).toString('utf16le');
}

/** What is left empty at the end is filled with spaces or zeros. */
function withoutPadding(text: string): string {
  return text.replace(/[\0 ]+$/, '');
}
