import { readFile } from 'node:fs/promises';
import { BadCheckpoint } from './bad-checkpoint.ts';

/** Reads a JSON file of a model folder. Throws `BadCheckpoint` when it is missing or no JSON. */
export async function readJson(path: string): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    throw new BadCheckpoint(path, 'cannot be read: is the model folder complete?', { cause });
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new BadCheckpoint(path, 'is not JSON', { cause });
  }
}
