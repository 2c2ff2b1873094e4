import { join } from 'node:path';
import * as v from 'valibot';
import { BadCheckpoint } from './bad-checkpoint.ts';
import type { CheckpointPart, CheckpointSource, PartName } from './checkpoint-source.ts';
import { findWeights } from './find-weights.ts';
import { readModelIndex } from './model-index.ts';
import { readJson } from './read-json.ts';

/** A folder in diffusers' layout: `model_index.json`, and a folder per network. Throws `BadCheckpoint`. */
export async function diffusersFolder(folder: string): Promise<CheckpointSource> {
  return {
    path: folder,
    tokenizerFolder: folder,
    index: await readModelIndex(folder),
    schedulerConfig: await readSchedulerConfig(folder),
    part: (name) => partInFolder(join(folder, name), name),
  };
}

/** One network's folder: `config.json` and its weights. */
export async function partInFolder(folder: string, name: PartName): Promise<CheckpointPart> {
  const configFile = join(folder, 'config.json');
  const config = await readJson(configFile);
  const stem = name.startsWith('text_encoder') ? 'model' : 'diffusion_pytorch_model';
  return { configFile, config, weights: await findWeights(folder, stem) };
}

async function readSchedulerConfig(folder: string): Promise<Readonly<Record<string, unknown>>> {
  const file = join(folder, 'scheduler', 'scheduler_config.json');
  const parsed = v.safeParse(v.record(v.string(), v.unknown()), await readJson(file));
  if (!parsed.success) throw new BadCheckpoint(file, 'is not a JSON object');
  return parsed.output;
}
