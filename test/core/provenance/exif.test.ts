import sharp from 'sharp';
import { expect, it } from 'vitest';
import { findExif } from '../../../core/provenance/exif/find-exif.ts';
import { encodeUserComment, readUserComment } from '../../../core/provenance/exif/user-comment.ts';
import { readPngText } from '../../../core/provenance/png-text.ts';

const picture = () => sharp({ create: { width: 16, height: 16, channels: 3, background: '#3f8f3a' } });

/** A block with one comment, in either byte order: header, directory with the pointer, directory with the comment. */
function block(comment: Buffer, isLittle: boolean): Buffer {
  const out = Buffer.alloc(44);
  const [u16, u32] = isLittle ? [out.writeUInt16LE.bind(out), out.writeUInt32LE.bind(out)] : [out.writeUInt16BE.bind(out), out.writeUInt32BE.bind(out)];
  out.write(isLittle ? 'II' : 'MM', 'latin1');
  const words: readonly [typeof u16, number, number][] = [
    [u16, 42, 2], [u32, 8, 4],
    [u16, 1, 8], [u16, 0x87_69, 10], [u16, 4, 12], [u32, 1, 14], [u32, 26, 18], [u32, 0, 22],
    [u16, 1, 26], [u16, 0x92_86, 28], [u16, 7, 30], [u32, comment.length, 32], [u32, 44, 36], [u32, 0, 40],
  ];
  for (const [write, value, at] of words) write(value, at);
  return Buffer.concat([out, comment]);
}

function inJpeg(exif: Buffer): Buffer {
  const segment = Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), exif]);
  const head = Buffer.from([0xff, 0xd8, 0xff, 0xe1, 0, 0]);
  head.writeUInt16BE(segment.length + 2, 4);
  return Buffer.concat([head, segment, Buffer.from([0xff, 0xda])]);
}

it.each([true, false])('reads a comment in either byte order of the block (low byte first: %s) and of the text', (isLittle) => {
  const text = 'ein Haus: 紅い家\nSteps: 4';
  expect(readUserComment(inJpeg(block(encodeUserComment(text), isLittle)))).toBe(text);
  expect(readUserComment(inJpeg(block(Buffer.concat([Buffer.from('UNICODE\0'), Buffer.from(text, 'utf16le')]), isLittle)))).toBe(text);
  expect(readUserComment(inJpeg(block(Buffer.from('ASCII\0\0\0a house  \0', 'latin1'), isLittle)))).toBe('a house');
});

it.each(['jpeg', 'webp', 'png'] as const)('finds what another program wrote into a %s', async (format) => {
  const file = await picture().withExif({ IFD2: { UserComment: 'a red house' } })[format]().toBuffer();
  expect(readUserComment(file)).toBe('a red house');
  expect(readUserComment(await picture()[format]().toBuffer())).toBeUndefined();
});

it('finds nothing in files that end too soon or lie about their lengths, and never fails', async () => {
  const files = await Promise.all((['jpeg', 'webp', 'png'] as const).map((format) => picture().withExif({ IFD2: { UserComment: 'a red house' } })[format]().toBuffer()));
  for (const file of [...files, inJpeg(block(encodeUserComment('x'), true))]) {
    for (let end = 0; end < file.length; end += 1) expect(() => readUserComment(file.subarray(0, end))).not.toThrow();
    for (let at = 0; at < file.length; at += 1) {
      const torn = Buffer.from(file);
      torn[at] = 0xff;
      expect(() => readUserComment(torn)).not.toThrow();
    }
  }
  expect(findExif(Buffer.from('no picture'))).toBeUndefined();
});

it('reads what a program compressed in a PNG, but not without end', async () => {
  const png = await picture().withXmp('<x:xmpmeta>Grüße</x:xmpmeta>').png().toBuffer();
  expect(readPngText(png, 'XML:com.adobe.xmp')).toContain('<x:xmpmeta>Grüße</x:xmpmeta>');
  const endless = await picture().withXmp(`<x:xmpmeta>${' '.repeat(1_000_000)}</x:xmpmeta>`).png().toBuffer();
  expect(endless.length).toBeLessThan(10_000);
  expect(readPngText(endless, 'XML:com.adobe.xmp')).toBeUndefined();
});
