import { BadCheckpoint } from '../sdxl/checkpoint/bad-checkpoint.ts';
import { checkCheckpoint } from '../sdxl/checkpoint/open-checkpoint.ts';
import type { FoundModel } from './find-models.ts';
import type { ModelFolders } from './model-folders.ts';
import { weighModel } from './weigh-model.ts';

/** By what the files were then: a folder is looked through again and again. */
const checked = new Map<string, Promise<unknown>>();

/** Looks at every tensor of a model without opening it. @returns what is wrong with it: a `BadCheckpoint` or `BadWeights` */
export async function problemOf({ folders }: Pick<FoundModel, 'folders'>): Promise<unknown> {
  const key = JSON.stringify([folders, (await weighModel(folders)).version]);
  const found = checked.get(key) ?? check(folders);
  checked.set(key, found);
  return found;
}

async function check({ base, refiner, vae, tokenizerFolder }: ModelFolders): Promise<unknown> {
  try {
    await checkPart('base', base, { vae, tokenizerFolder });
    if (refiner !== undefined) await checkPart('refiner', refiner, { vae, tokenizerFolder });
    return undefined;
  } catch (error) {
    return error;
  }
}

async function checkPart(wanted: 'base' | 'refiner', path: string, options: Parameters<typeof checkCheckpoint>[1]): Promise<void> {
  const family = await checkCheckpoint(path, options);
  if (family !== wanted) throw new BadCheckpoint(path, family === 'refiner' ? 'is a refiner alone: put it beside a base, as NAME/base and NAME/refiner' : 'is a base, in the place of a refiner');
}
