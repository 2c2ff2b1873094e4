import sharp, { type Sharp } from 'sharp';
import { addPngText } from '../../core/provenance/png-text.ts';
import { RECIPE_KEYWORD } from '../../core/provenance/recipe.ts';
import { XMP_KEYWORD, writeXmp } from '../../core/provenance/xmp.ts';
import { withUserComment } from './exif-comment.ts';
import type { Label } from './label.ts';

/** 8-bit RGB, row by row. */
interface Picture {
  readonly width: number;
  readonly height: number;
  readonly rgb: Uint8Array;
}

/** A picture as a file: what is stored and posted. */
export interface PictureFile {
  readonly bytes: Uint8Array;
  readonly contentType: 'image/png' | 'image/webp' | 'image/jpeg';
  /** Without a dot. */
  readonly extension: 'png' | 'webp' | 'jpg';
}

const MEBIBYTE = 2 ** 20;

/** Discord's limit for one file where nobody has boosted: https://discord.com/developers/docs/reference#uploading-files */
export const MAX_FILE_BYTES = 10 * MEBIBYTE;

/** Discord refuses requests of more than 25 MiB whatever the files' limit is; some of it is left for the message itself. */
const MAX_REQUEST_BYTES = 24 * MEBIBYTE;

/**
 * How large one of `count` pictures in a message may be, in bytes. A larger limit of the interaction (a boosted server's) is not used: its
 * token may be over when the picture is there, and a post of our own has Discord's least.
 */
export function fileBudget(count: number, limitBytes = MAX_FILE_BYTES): number {
  return Math.min(limitBytes, MAX_FILE_BYTES, Math.floor(MAX_REQUEST_BYTES / count));
}

/** A lossless PNG, with its label in text chunks and XMP, signed last where there is a certificate. */
export async function encodePng(picture: Picture, label?: Label): Promise<PictureFile> {
  const bytes = await raw(picture).png({ adaptiveFiltering: true, compressionLevel: 6 }).toBuffer();
  return signed({ bytes: withTexts(bytes, label), contentType: 'image/png', extension: 'png' }, label);
}

/**
 * Encodes a picture into at most `maxBytes`: lossless as long as it fits, then in steps down, at last to half its size. A file that is to be
 * signed steps down to JPEG, as WebP cannot be signed here.
 * @param lossless the PNG, where there is one already
 * @throws {RangeError} when even the last step is too large
 */
export async function encodeToFit(picture: Picture, maxBytes: number, label?: Label, lossless?: PictureFile): Promise<PictureFile> {
  const steps: readonly (() => Promise<PictureFile>)[] = [
    async () => lossless ?? encodePng(picture, label),
    ...(label?.sign ? [() => encodeJpeg(raw(picture), 95, label)] : [() => encodeWebp(raw(picture), 95, label), () => encodeWebp(raw(picture), 85, label)]),
    () => encodeJpeg(raw(picture), 75, label),
    () => encodeJpeg(raw(picture).resize({ width: Math.ceil(picture.width / 2) }), 75, label),
  ];
  for (const encode of steps) {
    const file = await encode();
    if (file.bytes.byteLength <= maxBytes) return file;
  }
  throw new RangeError(`a picture of ${picture.width}×${picture.height} cannot be made to fit ${maxBytes} bytes`);
}

async function encodeWebp(image: Sharp, quality: number, label?: Label): Promise<PictureFile> {
  return { bytes: await labelled(image.webp({ quality }), label), contentType: 'image/webp', extension: 'webp' };
}

async function encodeJpeg(image: Sharp, quality: number, label?: Label): Promise<PictureFile> {
  const chromaSubsampling = quality >= 90 ? '4:4:4' : '4:2:0';
  return signed({ bytes: await labelled(image.jpeg({ quality, chromaSubsampling }), label), contentType: 'image/jpeg', extension: 'jpg' }, label);
}

async function labelled(image: Sharp, label: Label | undefined): Promise<Uint8Array> {
  if (!label) return image.toBuffer();
  const described = image.withXmp(writeXmp(JSON.stringify(label.recipe)));
  return label.parameters === undefined ? described.toBuffer() : withUserComment(described, label.parameters);
}

function withTexts(png: Uint8Array, label: Label | undefined): Uint8Array {
  if (!label) return png;
  const recipe = JSON.stringify(label.recipe);
  // libpng would compress the packet: a reader that looks for it in the bytes would miss it.
  const withRecipe = addPngText(addPngText(png, XMP_KEYWORD, writeXmp(recipe)), RECIPE_KEYWORD, recipe);
  return label.parameters === undefined ? withRecipe : addPngText(withRecipe, 'parameters', label.parameters);
}

async function signed(file: PictureFile, label: Label | undefined): Promise<PictureFile> {
  if (!label?.sign || file.contentType === 'image/webp') return file;
  return { ...file, bytes: await label.sign(file.bytes, file.contentType) };
}

function raw({ width, height, rgb }: Picture): Sharp {
  return sharp(rgb, { raw: { width, height, channels: 3 } });
}
