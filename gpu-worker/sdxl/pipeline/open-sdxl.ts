import { join } from 'node:path';
import type { OpenCheckpointOptions } from '../checkpoint/checkpoint.ts';
import { openCheckpoint } from '../checkpoint/open-checkpoint.ts';
import { openTokenizer } from '../tokenizer/open-tokenizer.ts';
import { InvalidRequest } from './invalid-request.ts';
import type { Sdxl, SdxlModel } from './sdxl.ts';
import { tiledVae, type Tiling } from './tiled-vae.ts';

export interface OpenModelOptions extends OpenCheckpointOptions {
  /** Lets the VAE work in tiles: less memory, and for pictures larger than a tile not quite the same numbers. */
  readonly vaeTiles?: Tiling | undefined;
}

export interface OpenSdxlOptions extends OpenModelOptions {
  /** Folder of a base checkpoint in diffusers' layout. */
  readonly base: string;
  /** Folder of a refiner checkpoint. */
  readonly refiner?: string | undefined;
}

/** Opens the base and, if given, the refiner. What was opened is closed again when the other fails. */
export async function openSdxl({ base: baseFolder, refiner: refinerFolder, ...options }: OpenSdxlOptions): Promise<Sdxl> {
  const base = await openModel(baseFolder, options);
  try {
    if (base.checkpoint.family !== 'base') throw new InvalidRequest(`${baseFolder} holds a refiner: name it as the refiner, and a base as the base.`);
    if (refinerFolder === undefined) return { base, close: () => base.checkpoint.close() };
    const refiner = await openModel(refinerFolder, options);
    const close = async () => {
      await Promise.all([base.checkpoint.close(), refiner.checkpoint.close()]);
    };
    if (refiner.checkpoint.family === 'refiner') return { base, refiner, close };
    await refiner.checkpoint.close();
    throw new InvalidRequest(`${refinerFolder} holds a base: name a refiner there, or leave it out.`);
  } catch (error) {
    await base.checkpoint.close();
    throw error;
  }
}

/** Opens one checkpoint with its tokenizers. */
export async function openModel(folder: string, { vaeTiles, ...options }: OpenModelOptions): Promise<SdxlModel> {
  const checkpoint = await openCheckpoint(folder, options);
  try {
    return {
      checkpoint: vaeTiles === undefined ? checkpoint : { ...checkpoint, vae: tiledVae(checkpoint.vae, vaeTiles) },
      tokenizer: checkpoint.textEncoder === undefined ? undefined : await openTokenizer(join(checkpoint.folder, 'tokenizer')),
      tokenizer2: await openTokenizer(join(checkpoint.folder, 'tokenizer_2')),
    };
  } catch (error) {
    await checkpoint.close();
    throw error;
  }
}
