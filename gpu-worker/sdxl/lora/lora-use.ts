import { realpath, stat } from 'node:fs/promises';
import { BadWeights } from '../safetensors/bad-weights.ts';

/** A LoRA file and how strongly it is applied: 1 as trained, 0 not at all, below 0 the other way. */
export interface LoraUse {
  readonly file: string;
  readonly strength: number;
}

export interface LocatedLora {
  /** Real path. */
  readonly path: string;
  /** Path, size and time of the last change: another text when the file is replaced. */
  readonly version: string;
  readonly strength: number;
}

/**
 * Finds the files, in an order of their own: the same set in any order is the same set, to the last bit.
 * Throws `RangeError` for a strength that is no number or a file named twice, `BadWeights` for a file that is not there.
 */
export async function locateLoras(loras: readonly LoraUse[]): Promise<readonly LocatedLora[]> {
  const located = await Promise.all(loras.map(locate));
  const sorted = located.toSorted((a, b) => (a.path < b.path ? -1 : 1));
  const twice = sorted.find(({ path }, i) => path === sorted[i + 1]?.path);
  if (twice !== undefined) throw new RangeError(`the LoRA ${twice.path} is named twice: name it once, with the sum of its strengths`);
  return sorted;
}

async function locate({ file, strength }: LoraUse): Promise<LocatedLora> {
  if (!Number.isFinite(strength)) throw new RangeError(`the strength of the LoRA ${file} is ${strength}: give a number, 1 for as trained`);
  try {
    const path = await realpath(file);
    const { size, mtimeMs } = await stat(path);
    return { path, version: `${path} ${size} ${mtimeMs}`, strength };
  } catch (cause) {
    throw new BadWeights(file, undefined, 'cannot be opened: is it there, and may this user read it?', { cause });
  }
}
