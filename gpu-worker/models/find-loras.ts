import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { loraNameOf } from '../../core/loras.ts';
import type { OfferedLora } from '../../core/workforce/offer.ts';
import { readSafetensors } from '../sdxl/safetensors/read-safetensors.ts';
import { triggerWords } from './trigger-words.ts';

/** A LoRA file by the name that people ask for it by. */
export interface FoundLora extends OfferedLora {
  readonly file: string;
}

const ENDING = '.safetensors';

/** By path, size and time of the last change: headers are read once. A file that is no sound one is `undefined`. */
const known = new Map<string, Promise<readonly string[] | undefined>>();

/**
 * The LoRA files of a folder and the folders in it, and those that were pulled as models (`NAME/lora/…`), by their names; of two
 * with one name the first. One that cannot be read is told of once, and left out.
 */
export async function findLoras(lorasDir: string, modelsDir: string, onUnreadable: (file: string, error: unknown) => void): Promise<readonly FoundLora[]> {
  const [own, pulled] = await Promise.all([safetensorsIn(lorasDir), pulledLoras(modelsDir)]);
  const named = [...own.map((file) => ({ file, name: loraNameOf(basename(file, ENDING)) })), ...pulled].filter(({ name }) => name !== '');
  const first = named.filter(({ name }, index) => named.findIndex((other) => other.name.toLowerCase() === name.toLowerCase()) === index);
  const found = await Promise.all(first.map(async ({ file, name }) => ({ file, name, words: await wordsOf(file, onUnreadable) })));
  return found.flatMap(({ words, ...lora }) => (words === undefined ? [] : [{ ...lora, words }]));
}

async function pulledLoras(modelsDir: string): Promise<readonly { file: string; name: string }[]> {
  const folders = await readdir(modelsDir).catch(() => []);
  const found = await Promise.all(folders.map(async (folder) => (await safetensorsIn(join(modelsDir, folder, 'lora'))).slice(0, 1).map((file) => ({ file, name: loraNameOf(folder) }))));
  return found.flat();
}

async function safetensorsIn(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  return names.filter((name) => name.endsWith(ENDING)).toSorted().map((name) => join(folder, name));
}

async function wordsOf(file: string, onUnreadable: (file: string, error: unknown) => void): Promise<readonly string[] | undefined> {
  const about = await stat(file).catch(() => undefined);
  const key = `${file} ${about?.size} ${about?.mtimeMs}`;
  const reading =
    known.get(key) ??
    readSafetensors(file).then(({ metadata }) => triggerWords(metadata)).catch((error: unknown) => {
      onUnreadable(file, error);
      return undefined;
    });
  known.set(key, reading);
  return reading;
}
