import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Weights } from '../safetensors/weights.ts';
import { elementCount } from '../tensor.ts';

const NUMBERS = 2 ** 20;
const BYTES = 2;

/** Random float16 weights in a file, of whatever names and shapes are asked for; the file is there while `run` runs. */
export async function withCheckWeights<T>(run: (weights: Weights) => Promise<T>): Promise<T> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'refinery-check-')));
  try {
    const file = join(folder, 'weights.bin');
    await writeFile(file, new Uint8Array(randomHalves().buffer));
    return await run({
      has: () => true,
      take: (name, dims) => ({ name, dims, dtype: 'F16', file, offset: BYTES * startOf(name, elementCount(dims)), length: BYTES * elementCount(dims) }),
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Another place in the file for every name. */
function startOf(name: string, count: number): number {
  const hash = [...name].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 65_521, 7);
  return hash % (NUMBERS - count);
}

/** Of either sign, 2⁻⁷ to 2⁻⁴ large: what a layer of some hundred inputs makes of normal numbers is about as large as they. */
function randomHalves(): Uint16Array {
  let state = 1;
  return Uint16Array.from({ length: NUMBERS }, () => {
    state = (state * 48_271) % 0x7fffffff;
    const sign = state & 0x8000;
    const exponent = 15 - 7 + ((state >> 10) % 3);
    return sign | (exponent << 10) | (state & 0x3ff);
  });
}
