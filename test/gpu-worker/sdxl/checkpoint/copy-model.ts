import { mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The demo model that the repo ships: a small SDXL base and refiner. */
export const DEMO = fileURLToPath(new URL('../../../../gpu-worker/demo-model/', import.meta.url));

/** Makes `to` a copy of a model folder, of links: a file that is written anew is the copy's own. */
export async function copyModel(from: string, to: string): Promise<void> {
  for (const entry of await readdir(from, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue;
    const source = join(entry.parentPath, entry.name);
    const target = join(to, source.slice(from.length));
    await mkdir(dirname(target), { recursive: true });
    await symlink(source, target);
  }
}

/** Puts new contents in the place of a link. */
export async function replaceFile(path: string, contents: string | Uint8Array): Promise<void> {
  await rm(path, { force: true });
  await writeFile(path, contents);
}

/** Changes fields of a JSON file of the copy; a field set to `undefined` is removed. */
export async function changeJson(path: string, change: object): Promise<void> {
  const json: unknown = JSON.parse(await readFile(path, 'utf8'));
  await replaceFile(path, JSON.stringify(Object.assign({}, json, change)));
}
