import type { Sharp } from 'sharp';
import { encodeUserComment } from '../../core/provenance/exif/user-comment.ts';

/** How libvips marks a comment, and the only letters that it can write. */
const ASCII_MARK = 'ASCII\0\0\0';
const FILLING = 'x';

/**
 * Encodes with a text in EXIF's UserComment. libvips writes ASCII there and turns every other letter into a question mark: it lays the block
 * out with room for the text, and the text itself is put into the room afterwards.
 */
export async function withUserComment(image: Sharp, text: string): Promise<Uint8Array> {
  const comment = encodeUserComment(text);
  const room = FILLING.repeat(comment.length - ASCII_MARK.length);
  const file = await image.withExif({ IFD2: { UserComment: room } }).toBuffer();
  const at = file.indexOf(Buffer.from(ASCII_MARK + room, 'latin1'));
  if (at < 0) throw new Error('the encoder left no room for a comment');
  comment.copy(file, at);
  return file;
}
