import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contactSheet } from '../../../gpu-worker/gallery/contact-sheet.ts';
import { BadGalleryList, DEFAULT_LIST, readGalleryList } from '../../../gpu-worker/gallery/gallery-list.ts';

const MAIN = join(import.meta.dirname, '../../../gpu-worker/gallery/main.ts');
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gallery-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function gallery(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, ['--import', 'tsx', MAIN, ...args], (error, stdout, stderr) => resolve({ code: Number(error?.code ?? 0), stdout, stderr }));
  });
}

async function listOf(content: string): Promise<string> {
  const file = join(folder, 'list.json');
  await writeFile(file, content);
  return file;
}

/** Processes start in seconds; on a machine that has much else to do, in a minute or two. */
describe('npm run gallery', { timeout: 240_000 }, () => {
  it('paints a list into one sheet, row by row, and says what it shows', async () => {
    const list = await listOf('[{ "prompt": "a red square on a white background", "seed": 3 }, { "prompt": "a black background", "seed": 4 }]');
    const out = join(folder, 'sheet.webp');
    const { code, stdout } = await gallery('--list', list, '--out', out, '--steps', '4', '--edge', '32', '--provider', 'cpu', '--upscaler', 'lanczos');
    expect(code).toBe(0);
    expect(stdout).toBe('Painted by the demo model, row by row: a red square on a white background (seed 3); a black background (seed 4).\n');
    const sheet = sharp(await readFile(out));
    expect(await sheet.metadata()).toMatchObject({ format: 'webp', width: 2 * 32 + 8, height: 32 });
    // Two pictures, not one twice, and none of them empty.
    const [left, right] = await Promise.all([0, 40].map((at) => sheet.clone().extract({ left: at, top: 0, width: 32, height: 32 }).removeAlpha().raw().toBuffer()));
    expect(left?.equals(right ?? Buffer.alloc(0))).toBe(false);
    for (const picture of [left, right]) expect(new Set(picture).size).toBeGreaterThan(4);
  });

  it('says what is wrong with its options', async () => {
    expect(await gallery('--steps', '0')).toMatchObject({ code: 2, stderr: '--steps is 0: give a whole number from 1 to 80.\n' });
  });
});

describe('the gallery’s list', () => {
  it('that ships can be read', async () => {
    const wishes = await readGalleryList(DEFAULT_LIST);
    expect(new Set(wishes.map(({ prompt, seed }) => `${prompt} ${seed}`)).size).toBe(wishes.length);
  });

  it.each(['[]', '[{ "prompt": "a cat" }]', '[{ "prompt": "a cat", "seed": -1 }]', 'a cat'])('%s is refused', async (content) => {
    await expect(readGalleryList(await listOf(content))).rejects.toThrow(BadGalleryList);
  });
});

it('a sheet keeps each picture’s shape, in rows', async () => {
  const wide = { width: 40, height: 20, rgb: new Uint8Array(2400).fill(200) };
  const { data, info } = await sharp(await contactSheet([wide, wide, wide], { across: 2, edge: 40 })).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  expect([info.width, info.height]).toEqual([88, 88]);
  const alphaAt = (x: number, y: number) => data[4 * (y * info.width + x) + 3];
  expect([alphaAt(20, 20), alphaAt(20, 2), alphaAt(68, 20), alphaAt(20, 68), alphaAt(68, 68)]).toEqual([255, 0, 255, 255, 0]);
});
