import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import type { Picture } from '../../gpu-worker/sdxl/picture/picture.ts';

/** Where Debian's python3-skimage, and packages of wallpapers such as mate-backgrounds and ukui-wallpapers, put pictures. */
const FOLDERS = ['/usr/lib/python3/dist-packages/skimage/data', '/usr/share/backgrounds', '/usr/share/wallpapers'];
const ENDINGS = /\.(?:jpe?g|png|webp)$/i;
/** Smaller ones are icons and swatches. */
const LEAST_EDGE = 256;

export interface NamedPicture {
  readonly name: string;
  readonly picture: Picture;
}

/**
 * Up to `most` pictures of a folder and what is in it, spread evenly over their sorted names, none wider or higher than `edge` pixels.
 * None when there is no such folder.
 */
export async function readPhotographs({ folder, most, edge }: { readonly folder?: string | undefined; readonly most: number; readonly edge: number }): Promise<readonly NamedPicture[]> {
  const files = (await Promise.all((folder === undefined ? FOLDERS : [folder]).filter((each) => existsSync(each)).map(filesIn))).flat();
  const large = await filterLarge(files.toSorted());
  const every = Math.max(1, large.length / most);
  const chosen = Array.from({ length: Math.min(most, large.length) }, (_, i) => large[Math.floor(i * every)] ?? '');
  const pictures: NamedPicture[] = [];
  for (const file of chosen) pictures.push({ name: path.basename(file), picture: await read(file, edge) });
  return pictures;
}

export const NO_PHOTOGRAPHS = 'No photographs were found: install Debian’s python3-skimage or ukui-wallpapers, or name a folder by --photos.';

async function filesIn(folder: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true });
  return names.filter((name) => ENDINGS.test(name)).map((name) => path.join(folder, name));
}

async function filterLarge(files: readonly string[]): Promise<readonly string[]> {
  const large: string[] = [];
  for (const file of files) {
    const { width = 0, height = 0 } = await sharp(file).metadata().catch(() => ({ width: 0, height: 0 }));
    if (Math.min(width, height) >= LEAST_EDGE) large.push(file);
  }
  return large;
}

async function read(file: string, edge: number): Promise<Picture> {
  const image = sharp(file).flatten({ background: 'white' }).toColourspace('srgb').resize({ width: edge, height: edge, fit: 'inside', withoutEnlargement: true });
  const { data, info } = await image.raw().toBuffer({ resolveWithObject: true });
  const rgb = info.channels === 3 ? data : await image.clone().removeAlpha().raw().toBuffer();
  return { width: info.width, height: info.height, rgb: new Uint8Array(rgb) };
}
