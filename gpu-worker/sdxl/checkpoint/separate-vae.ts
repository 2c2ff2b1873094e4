import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { parseVaeConfig } from '../networks/vae-config.ts';
import { readSafetensors } from '../safetensors/read-safetensors.ts';
import { weightsOf } from '../safetensors/weights.ts';
import type { Weights } from '../safetensors/weights.ts';
import { BadCheckpoint } from './bad-checkpoint.ts';
import type { CheckpointPart } from './checkpoint-source.ts';
import { partInFolder } from './diffusers-folder.ts';
import { VAE } from './official-configs.ts';
import { originalVaeNames } from './original-vae-names.ts';
import { readJson } from './read-json.ts';
import { renamedWeights } from './renamed-weights.ts';

/** What stands before the VAE's tensors in a whole checkpoint. */
export const VAE_PREFIX = 'first_stage_model.';

/**
 * A VAE that is no part of the checkpoint: a folder with `config.json`, or a file, under diffusers' names or the original ones, or inside a
 * whole checkpoint. A file has SDXL's own config, unless `configFolder` holds `vae/config.json`.
 */
export async function separateVae(path: string, configFolder: string | undefined): Promise<CheckpointPart> {
  if ((await kindOf(path)) === 'folder') return partInFolder(path, 'vae');
  const file = await readSafetensors(path);
  const { configFile, config } = await vaeConfig(path, configFolder);
  const weights = weightsOf([file]);
  if (weights.has('decoder.mid_block.resnets.0.conv1.weight')) return { configFile, config, weights };
  const prefix = [VAE_PREFIX, ''].find((before) => weights.has(`${before}decoder.mid.block_1.conv1.weight`));
  if (prefix === undefined) throw new BadCheckpoint(path, 'holds no VAE: neither diffusers\' names of its tensors nor the original ones are there');
  return { configFile, config, weights: originalVaeWeights(weights, prefix, configFile, config) };
}

/** A VAE's weights under diffusers' names, of a file that has the original ones with `prefix` before them. */
export function originalVaeWeights(weights: Weights, prefix: string, configFile: string, config: unknown): Weights {
  const rename = originalVaeNames(parseVaeConfig(configFile, config).blockChannels.length);
  return renamedWeights(weights, (module) => prefix + rename(module));
}

async function vaeConfig(path: string, configFolder: string | undefined): Promise<Omit<CheckpointPart, 'weights'>> {
  if (configFolder === undefined) return { configFile: path, config: VAE };
  const configFile = join(configFolder, 'vae', 'config.json');
  return { configFile, config: await readJson(configFile) };
}

/** Whether a path leads to a folder or a file. Throws `BadCheckpoint` when it leads nowhere. */
export async function kindOf(path: string): Promise<'folder' | 'file'> {
  try {
    return (await stat(path)).isDirectory() ? 'folder' : 'file';
  } catch (cause) {
    throw new BadCheckpoint(path, 'cannot be found: is the path right?', { cause });
  }
}
