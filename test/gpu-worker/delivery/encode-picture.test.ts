import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { decodePicture } from '../../../gpu-worker/delivery/decode-picture.ts';
import { encodePng, encodeToFit, fileBudget, MAX_FILE_BYTES } from '../../../gpu-worker/delivery/encode-picture.ts';
import { TRAINED_ALGORITHMIC_MEDIA } from '../../../core/provenance/digital-source-type.ts';
import { readUserComment } from '../../../core/provenance/exif/user-comment.ts';
import { parseRecipe } from '../../../core/provenance/recipe.ts';
import { readXmp } from '../../../core/provenance/xmp.ts';
import { readPngText } from '../../../core/provenance/png-text.ts';

const RECIPE = { version: 1, software: 'Refinery', job: '0123abcdef' } as const;

/** Noise is what PNG compresses worst. */
function noise(width: number, height: number) {
  let state = 1;
  const next = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) >>> 24;
  return { width, height, rgb: Uint8Array.from({ length: width * height * 3 }, next) };
}

describe('encoding a picture', () => {
  it('keeps every pixel in a PNG', async () => {
    const picture = noise(40, 24);
    const { bytes } = await encodePng(picture, { recipe: RECIPE, parameters: 'a red house' });
    expect(await decodePicture(bytes)).toEqual(picture);
  });

  it.each(['a red house\nSteps: 25', 'Grüße, ein Haus', '紅い家 🏠'])('keeps its parameters in the PNG: %j', async (text) => {
    const { bytes } = await encodePng(noise(8, 8), { recipe: RECIPE, parameters: text });
    expect(readPngText(bytes, 'parameters')).toBe(text);
    // Another reader finds the file whole: chunk lengths and checksums hold.
    expect((await sharp(bytes, { failOn: 'warning' }).metadata()).width).toBe(8);
  });

  it.each([
    ['PNG', 200_000, undefined],
    ['WebP', 100_000, undefined],
    ['JPEG', 100_000, async (file: Uint8Array) => file],
  ])('says in the %s that a model made it, and how', async (format, most, sign) => {
    const recipe = { ...RECIPE, prompt: 'a <red> "house" & Grüße 🏠', seed: 7 };
    const { bytes, extension } = await encodeToFit(noise(200, 200), most, { recipe, sign });
    const found = readXmp(bytes);
    expect(extension).toBe({ PNG: 'png', WebP: 'webp', JPEG: 'jpg' }[format]);
    expect(found).toMatchObject({ digitalSourceType: TRAINED_ALGORITHMIC_MEDIA, creatorTool: 'Refinery' });
    expect(parseRecipe(found.recipe ?? '')).toEqual(recipe);
  });

  it.each([
    ['WebP', undefined],
    ['JPEG', async (file: Uint8Array) => file],
  ])('keeps its parameters in the %s, in letters of every kind, where picture viewers look', async (format, sign) => {
    const parameters = 'Grüße, 紅い家 🏠\nNegative prompt: "fog"\nSteps: 25, Seed: 7';
    const { bytes, contentType } = await encodeToFit(noise(200, 200), 100_000, { recipe: RECIPE, parameters, sign });
    expect(contentType).toBe(`image/${format.toLowerCase()}`);
    expect(readUserComment(bytes)).toBe(parameters);
    // As AUTOMATIC1111's web UI has it: the code's name, then UTF-16, high byte first.
    expect(Buffer.from(bytes).includes(Buffer.from('UNICODE\0\0G\0r', 'latin1'))).toBe(true);
    expect((await sharp(bytes, { failOn: 'warning' }).metadata()).width).toBe(200);
    const { bytes: silent } = await encodeToFit(noise(200, 200), 100_000, { recipe: RECIPE, sign });
    expect(readUserComment(silent)).toBeUndefined();
  });

  it('stays lossless while it fits and steps down when it does not', async () => {
    const picture = noise(200, 200); // 120,000 bytes of noise
    expect((await encodeToFit(picture, 130_000)).contentType).toBe('image/png');
    const lossy = await encodeToFit(picture, 100_000);
    expect(lossy.contentType).toBe('image/webp');
    expect(lossy.bytes.byteLength).toBeLessThanOrEqual(100_000);
    expect((await sharp(lossy.bytes).metadata()).format).toBe('webp');
    const small = await encodeToFit(picture, 45_000);
    expect(small.bytes.byteLength).toBeLessThanOrEqual(45_000);
  });

  it('says so when nothing fits', async () => {
    await expect(encodeToFit(noise(64, 64), 100)).rejects.toThrow('cannot be made to fit 100 bytes');
  });

  it('leaves room for four pictures in one request', () => {
    expect(fileBudget(1)).toBe(MAX_FILE_BYTES);
    expect(fileBudget(4) * 4).toBeLessThan(25 * 2 ** 20);
  });
});
