import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ModelFolders } from './model-folders.ts';

/** How large a model's weights are, and whether they are still the same. */
export interface Weighed {
  readonly bytes: number;
  /** Names, sizes and times of the files: another text when one of them is replaced. */
  readonly version: string;
}

/** Of weights that are there in two precisions the half one counts, as it is the one that is read. */
export async function weighModel({ base, refiner, vae }: ModelFolders): Promise<Weighed> {
  const parts = [base, refiner, vae].flatMap((part) => part ?? []);
  const files = (await Promise.all(parts.map(weightsIn))).flat();
  return {
    bytes: files.reduce((sum, { size }) => sum + size, 0),
    version: files.map(({ path, size, mtimeMs }) => `${path} ${size} ${mtimeMs}`).join('\n'),
  };
}

interface WeightsFile {
  readonly path: string;
  readonly size: number;
  readonly mtimeMs: number;
}

async function weightsIn(part: string): Promise<readonly WeightsFile[]> {
  const names = part.endsWith('.safetensors') ? [''] : await readdir(part, { recursive: true }).catch(() => []);
  const paths = names.filter((name) => name === '' || (name.endsWith('.safetensors') && !isSpare(name, names))).toSorted();
  const files = await Promise.all(paths.map((name) => measure(join(part, name))));
  return files.flat();
}

function isSpare(name: string, names: readonly string[]): boolean {
  return names.includes(name.replace(/(?<!\.fp16)\.safetensors$/, '.fp16.safetensors')) && !name.endsWith('.fp16.safetensors');
}

async function measure(path: string): Promise<readonly WeightsFile[]> {
  const found = await stat(path).catch(() => undefined);
  return found ? [{ path, size: found.size, mtimeMs: found.mtimeMs }] : [];
}
