import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import * as v from 'valibot';
import { readSafetensors } from '../safetensors/read-safetensors.ts';
import { weightsOf } from '../safetensors/weights.ts';
import type { Weights } from '../safetensors/weights.ts';
import { BadCheckpoint } from './bad-checkpoint.ts';
import { readJson } from './read-json.ts';

/** Half precision first: half the bytes to read, and computed in the provider's own precision anyway. */
const VARIANTS = ['.fp16', ''] as const;

const shardIndex = v.object({ weight_map: v.record(v.string(), v.string()) });

/**
 * Reads the headers of one network's weights: `<stem>.fp16.safetensors`, `<stem>.safetensors`, or the shards that
 * `<stem>….safetensors.index.json` lists. `stem`: `model` (transformers) or `diffusion_pytorch_model` (diffusers).
 */
export async function findWeights(folder: string, stem: string): Promise<Weights> {
  const files = await listFolder(folder);
  for (const variant of VARIANTS) {
    const whole = `${stem}${variant}.safetensors`;
    if (files.includes(whole)) return weightsOf([await readSafetensors(join(folder, whole))]);
    const indexes = [`${stem}.safetensors.index${variant}.json`, `${whole}.index.json`];
    const index = indexes.find((name) => files.includes(name));
    if (index !== undefined) return readShards(folder, index);
  }
  const pickles = files.filter((name) => /\.(bin|ckpt|pth?)$/.test(name));
  throw new BadCheckpoint(
    folder,
    `has no ${stem}.safetensors and no ${stem}.fp16.safetensors${pickles.length > 0 ? ` (${pickles.join(', ')} could run code when read, and is not used)` : ''}: download the model's safetensors files`,
  );
}

async function readShards(folder: string, index: string): Promise<Weights> {
  const path = join(folder, index);
  const parsed = v.safeParse(shardIndex, await readJson(path));
  if (!parsed.success) throw new BadCheckpoint(path, 'is no shard index: it has no weight_map of tensor names and files');
  const { weight_map: map } = parsed.output;
  const shards = [...new Set(Object.values(map))];
  for (const shard of shards) {
    if (shard !== basename(shard) || !shard.endsWith('.safetensors')) throw new BadCheckpoint(path, `names a shard ${JSON.stringify(shard)}; a .safetensors file in the same folder was expected`);
  }
  const files = await Promise.all(shards.map(async (shard) => ({ shard, file: await readSafetensors(join(folder, shard)) })));
  for (const [tensor, shard] of Object.entries(map)) {
    const holder = files.find((entry) => entry.shard === shard);
    if (holder?.file.tensors.has(tensor) !== true) throw new BadCheckpoint(path, `says that tensor "${tensor}" is in ${shard}, but it is not there`);
  }
  return weightsOf(files.map((entry) => entry.file));
}

async function listFolder(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (cause) {
    throw new BadCheckpoint(folder, 'cannot be read: the model folder should have it', { cause });
  }
}
