import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { ProviderWish } from '../sdxl/provider/choose-form.ts';
import { ESRGAN_THICK } from './esrgan-thick/esrgan-thick.ts';
import { openNetworkUpscaler } from './network-upscaler.ts';
import { LANCZOS, type Upscaler } from './upscaler.ts';
import { withFallback } from './with-fallback.ts';

/** The one that ships. */
export const ESRGAN = 'esrgan';
export const NO_NETWORK = 'lanczos';
/** In the models' folder. */
const FOLDER = 'upscalers';
const ENDING = '.safetensors';

/** There is no upscaler of that name. A person must mend the setting first. */
export class MissingUpscaler extends Error {
  override readonly name = 'MissingUpscaler';
}

export interface OpenUpscalerOptions {
  readonly modelsDir: string;
  readonly provider: ProviderWish;
  /** Told what went wrong, when another way was found. */
  readonly onRemark: (remark: string) => void;
}

/**
 * Opens an upscaler by its name: `esrgan` (ships with the repository), `lanczos` (no network), or that of a file in `upscalers/` of the models'
 * folder, without its ending. A network's process starts at once, beside whatever goes on.
 * @throws {MissingUpscaler | BadWeights} the latter naming the file and the tensor
 */
export async function openUpscaler(name: string, { modelsDir, provider, onRemark }: OpenUpscalerOptions): Promise<Upscaler> {
  if (name === NO_NETWORK) return LANCZOS;
  const own = await ownUpscalers(modelsDir);
  const isOwn = own.includes(name);
  if (!isOwn && name !== ESRGAN) throw new MissingUpscaler(describeMissing(name, join(modelsDir, FOLDER), own));
  const file = isOwn ? join(modelsDir, FOLDER, name + ENDING) : ESRGAN_THICK;
  const network = await openNetworkUpscaler({ name: isOwn ? name : 'ESRGAN', file, provider, host: 'process', onRemark });
  // What is wrong with it will be said at the first picture.
  void network.warm().catch(() => undefined);
  return withFallback(network, onRemark);
}

async function ownUpscalers(modelsDir: string): Promise<readonly string[]> {
  const names = await readdir(join(modelsDir, FOLDER)).catch(() => []);
  return names.filter((name) => name.endsWith(ENDING)).map((name) => basename(name, ENDING));
}

function describeMissing(name: string, folder: string, own: readonly string[]): string {
  return `there is no upscaler ${JSON.stringify(name)}: set REFINERY_UPSCALER to ${[ESRGAN, NO_NETWORK, ...own].join(', ')}, or put ${basename(name)}${ENDING} into ${folder}`;
}
