import { join } from 'node:path';
import type { Checkpoint, OpenCheckpointOptions } from '../checkpoint/checkpoint.ts';
import { openCheckpoint } from '../checkpoint/open-checkpoint.ts';
import { openTokenizer } from '../tokenizer/open-tokenizer.ts';
import type { Vae } from '../networks/vae.ts';
import { fittingVae } from './fitting-vae.ts';
import { freeMemory } from './free-memory.ts';
import { InvalidRequest } from './invalid-request.ts';
import type { Sdxl, SdxlModel } from './sdxl.ts';
import { tiledVae, type Tiling } from './tiled-vae.ts';

/** What a picture may take of a GPU's memory, in float32: nobody here can ask how much it has. */
const GPU_BYTES = 4 * 2 ** 30;

export interface OpenModelOptions extends OpenCheckpointOptions {
  /**
   * Tiles take less memory, and for pictures larger than a tile the numbers are not quite the same. Absent: the VAE works in tiles when
   * the memory would not suffice otherwise. A size: always in tiles of that size. `never`: in one piece, come what may.
   */
  readonly vaeTiles?: Tiling | 'never' | undefined;
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
    const refiner = await openModel(refinerFolder, { ...options, onProvider: undefined });
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
      checkpoint: { ...checkpoint, vae: tile(checkpoint, vaeTiles) },
      tokenizer: checkpoint.textEncoder === undefined ? undefined : await openTokenizer(join(checkpoint.folder, 'tokenizer')),
      tokenizer2: await openTokenizer(join(checkpoint.folder, 'tokenizer_2')),
    };
  } catch (error) {
    await checkpoint.close();
    throw error;
  }
}

function tile({ vae, provider }: Checkpoint, tiles: Tiling | 'never' | undefined): Vae {
  if (tiles === 'never') return vae;
  return tiles === undefined ? fittingVae(vae, provider === 'cpu' ? freeMemory : () => GPU_BYTES) : tiledVae(vae, tiles);
}
