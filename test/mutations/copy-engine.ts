import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A copy of the engine and its tests, in which files may be changed. */
export interface EngineCopy {
  readonly folder: string;
  /** A file below `gpu-worker/sdxl/`. */
  read(file: string): Promise<string>;
  write(file: string, text: string): Promise<void>;
  remove(): Promise<void>;
}

const COPIED = ['gpu-worker/sdxl', 'test/gpu-worker/sdxl', 'package.json', 'tsconfig.json', 'vitest.config.ts'];
/** What no mistake is made in, and what is large. */
const LINKED = ['node_modules', 'gpu-worker/demo-model', 'test/reference'];

/** Copies what the engine's tests need of the repository at `root` into a temporary folder. */
export async function copyEngine(root: string): Promise<EngineCopy> {
  const folder = await mkdtemp(join(tmpdir(), 'mutations-'));
  for (const path of COPIED) await cp(join(root, path), join(folder, path), { recursive: true });
  for (const path of LINKED) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await symlink(join(root, path), join(folder, path));
  }
  const inEngine = (file: string) => join(folder, 'gpu-worker/sdxl', file);
  return {
    folder,
    read: (file) => readFile(inEngine(file), 'utf8'),
    write: (file, text) => writeFile(inEngine(file), text),
    remove: () => rm(folder, { recursive: true }),
  };
}
