import sharp, { type Sharp } from 'sharp';
import type { Mask, Picture } from '../picture/picture.ts';
import { BadUsage } from './option-values.ts';

/** Reads a picture of any format that sharp knows; what is transparent becomes white. Throws BadUsage when there is none. */
export async function readPicture(file: string): Promise<Picture> {
  return decode(file, async (image) => {
    const { data, info } = await image.flatten({ background: 'white' }).toColourspace('srgb').removeAlpha().raw().toBuffer({ resolveWithObject: true });
    return { width: info.width, height: info.height, rgb: data };
  });
}

/** Reads a mask: the brightness of a picture, which decides at one half. */
export async function readMask(file: string): Promise<Mask> {
  return decode(file, async (image) => {
    const { data, info } = await image.flatten({ background: 'black' }).greyscale().toColourspace('b-w').raw().toBuffer({ resolveWithObject: true });
    return { width: info.width, height: info.height, grey: data };
  });
}

async function decode<T>(file: string, read: (image: Sharp) => Promise<T>): Promise<T> {
  try {
    // As it is meant to be seen: cameras store turned pictures with a note.
    return await read(sharp(file).rotate());
  } catch (cause) {
    throw new BadUsage(`${file} cannot be read as a picture: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}
