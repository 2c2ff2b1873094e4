const SOI = 0xff_d8;
const APP1 = 0xff_e1;
const START_OF_SCAN = 0xff_da;
const JPEG_NAME = 'Exif\0\0';
const PNG_SIGNATURE = '\x89PNG\r\n\x1a\n';

/**
 * The EXIF block of a JPEG (its APP1 segment), a WebP (its `EXIF` chunk) or a PNG (its `eXIf` chunk), from the letters on that tell its byte
 * order; `undefined` where there is none. Anybody may have written the file: nothing is read beyond its end.
 */
export function findExif(file: Uint8Array): Buffer | undefined {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  if (bytes.length >= 4 && bytes.readUInt16BE(0) === SOI) return inJpeg(bytes);
  if (bytes.toString('latin1', 0, 8) === PNG_SIGNATURE) return inPng(bytes);
  return bytes.toString('latin1', 0, 4) === 'RIFF' && bytes.toString('latin1', 8, 12) === 'WEBP' ? inWebp(bytes) : undefined;
}

function inJpeg(bytes: Buffer): Buffer | undefined {
  for (let at = 2; at + 4 <= bytes.length; ) {
    const marker = bytes.readUInt16BE(at);
    if (marker === START_OF_SCAN || marker >> 8 !== 0xff) return undefined;
    const segment = bytes.subarray(at + 4, at + 2 + bytes.readUInt16BE(at + 2));
    if (marker === APP1 && segment.toString('latin1', 0, JPEG_NAME.length) === JPEG_NAME) return segment.subarray(JPEG_NAME.length);
    at += 2 + Math.max(2, bytes.readUInt16BE(at + 2));
  }
  return undefined;
}

function inPng(bytes: Buffer): Buffer | undefined {
  for (let at = PNG_SIGNATURE.length; at + 12 <= bytes.length; at += 12 + bytes.readUInt32BE(at)) {
    if (bytes.toString('latin1', at + 4, at + 8) === 'eXIf') return bytes.subarray(at + 8, at + 8 + bytes.readUInt32BE(at));
  }
  return undefined;
}

/** Chunks begin at even places. Some programs begin the block with JPEG's name for it. */
function inWebp(bytes: Buffer): Buffer | undefined {
  for (let at = 12; at + 8 <= bytes.length; ) {
    const length = bytes.readUInt32LE(at + 4);
    const chunk = bytes.subarray(at + 8, at + 8 + length);
    if (bytes.toString('latin1', at, at + 4) === 'EXIF') return chunk.toString('latin1', 0, JPEG_NAME.length) === JPEG_NAME ? chunk.subarray(JPEG_NAME.length) : chunk;
    at += 8 + length + (length % 2);
  }
  return undefined;
}
