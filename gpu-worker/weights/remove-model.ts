import { lstat, realpath, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { CannotContinue } from './cannot-continue.ts';
import { readManifest } from './manifest.ts';
import { modelFolder } from './model-folder.ts';
import { lockModel } from './pull-lock.ts';
import { type Terminal, isYes } from './terminal.ts';

interface Removal {
  /** The command line says so already. */
  readonly confirmed: boolean;
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
}

/** Deletes a model that `pull` made, after asking. Returns whether it did. @throws {CannotContinue} for anything else */
export async function removeModel(modelsDir: string, id: string, { confirmed, terminal, signal }: Removal): Promise<boolean> {
  const folder = modelFolder(modelsDir, id);
  const entry = await lstat(folder).catch(() => undefined);
  if (!entry) throw new CannotContinue(`There is no model ${id} in ${modelsDir}: npm run models -- list shows what there is.`);
  // A link leads to a folder that is not ours to empty.
  if (!entry.isDirectory() || dirname(await realpath(folder)) !== (await realpath(modelsDir))) {
    throw new CannotContinue(`${folder} is no folder of ${modelsDir} but a link or a file: remove it yourself.`);
  }
  const { kind } = await readManifest(folder);
  if (kind === 'none') throw new CannotContinue(`${folder} has no manifest.json, so it was not pulled with this command: remove it yourself.`);
  if (!confirmed && !(await confirm(folder, terminal, signal))) return false;
  const lock = await lockModel(modelsDir, id);
  try {
    await rm(folder, { recursive: true });
  } finally {
    await lock.release();
  }
  terminal.results.write(`${id} is removed\n`);
  return true;
}

async function confirm(folder: string, { ask, notices }: Terminal, signal: AbortSignal): Promise<boolean> {
  if (!ask) throw new CannotContinue(`Nobody can be asked here: run the same command with --yes to remove ${folder}.`);
  if (isYes(await ask(`Remove ${folder} and all in it? [y/N] `, signal))) return true;
  notices.write('Nothing has been removed.\n');
  return false;
}
