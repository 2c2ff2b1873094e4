import { lstat, readdir } from 'node:fs/promises';
import path from 'node:path';

/** Bytes of all files in a folder, links not followed. */
export async function folderSize(folder: string): Promise<number> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  const sizes = await Promise.all(entries.filter((entry) => entry.isFile()).map(async ({ parentPath, name }) => (await lstat(path.join(parentPath, name))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}
