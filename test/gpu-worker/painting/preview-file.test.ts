import sharp from 'sharp';
import { expect, it } from 'vitest';
import { previewFile } from '../../../gpu-worker/painting/preview-file.ts';
import type { Picture } from '../../../gpu-worker/sdxl/picture/picture.ts';

function plain(width: number, height: number, colour: readonly [number, number, number]): Picture {
  return { width, height, rgb: Uint8Array.from({ length: width * height * 3 }, (_, i) => colour[i % 3] ?? 0) };
}

const RED = plain(128, 64, [200, 30, 30]);
/** The same picture as the worker previews it: decoded from fewer latents. */
const BLUE = plain(64, 32, [30, 30, 200]);

async function pixels(pictures: readonly (Picture | undefined)[]) {
  const file = await previewFile(pictures);
  const { data, info } = await sharp(file?.data).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return { info, at: (x: number, y: number) => [...data.subarray(3 * (y * info.width + x), 3 * (y * info.width + x) + 3)] };
}

/** WebP is not exact. */
const near = (colour: readonly number[]) => colour.map((level) => expect.closeTo(level, -1) as number);

it('shows one picture alone', async () => {
  const { info, at } = await pixels([RED]);
  expect([info.width, info.height]).toEqual([256, 128]);
  expect(at(128, 64)).toEqual(near([200, 30, 30]));
});

it('shows several as they will stand in the message, and leaves empty what is not painted yet or stands behind a spoiler', async () => {
  const { info, at } = await pixels([RED, undefined, BLUE, undefined]);
  expect([info.width, info.height]).toEqual([2 * 256 + 6, 2 * 128 + 6]);
  const [left, right, upper, lower] = [128, 390, 64, 198];
  expect([at(left, upper), at(right, upper), at(left, lower), at(right, lower)]).toEqual([near([200, 30, 30]), near([43, 45, 49]), near([30, 30, 200]), near([43, 45, 49])]);
});

it('is none where there is nothing to see', async () => {
  expect(await previewFile([undefined, undefined])).toBeUndefined();
});
