import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { MAX_PROMPT_LENGTH, SEED } from '../../core/limits.ts';

/** Those that the demo model's card says come out well. */
export const DEFAULT_LIST = join(import.meta.dirname, 'gallery.json');

const wish = v.object({
  prompt: v.pipe(v.string(), v.minLength(1), v.maxLength(MAX_PROMPT_LENGTH)),
  seed: v.pipe(v.number(), v.integer(), v.minValue(SEED.min), v.maxValue(SEED.max)),
});
const list = v.pipe(v.array(wish), v.minLength(1));

/** One picture to paint. */
export type GalleryWish = Readonly<v.InferOutput<typeof wish>>;

/** The file does not hold a list of pictures to paint. */
export class BadGalleryList extends Error {
  override readonly name = 'BadGalleryList';
}

/** Reads `[{ "prompt": "…", "seed": 1 }, …]`. @throws {BadGalleryList} saying what does not fit, and where */
export async function readGalleryList(file: string): Promise<readonly GalleryWish[]> {
  let json: unknown;
  try {
    json = JSON.parse(await readFile(file, 'utf8'));
  } catch (cause) {
    throw new BadGalleryList(`${file} cannot be read as JSON`, { cause });
  }
  const read = v.safeParse(list, json);
  if (read.success) return read.output;
  const [issue] = read.issues;
  throw new BadGalleryList(`${file}: ${v.getDotPath(issue) ?? 'the list'} does not fit: expected ${issue.expected ?? 'something else'}; write [{ "prompt": "a cat", "seed": 1 }, …]`);
}
