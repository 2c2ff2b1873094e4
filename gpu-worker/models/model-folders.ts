import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DEMO } from '../../core/model.ts';

/** Where a model's checkpoints lie: folders in diffusers' layout, or single `.safetensors` files. */
export interface ModelFolders {
  readonly base: string;
  readonly refiner?: string;
  /** A VAE in the place of the checkpoints' own. */
  readonly vae?: string;
  /** Where single files, which carry no tokenizers, find them; beside the file when absent. */
  readonly tokenizerFolder?: string;
}

/**
 * The folders of a model, `base`, `refiner` and `vae`, or files of those names with `.safetensors`: under `modelsDir`, or the demo model that
 * ships with the repository. A model may come without a refiner, and mostly does without a VAE of its own.
 */
export function modelFolders(modelId: string, modelsDir: string | undefined): ModelFolders {
  const root = modelId === DEMO.id ? join(import.meta.dirname, '../demo-model') : join(modelsDir ?? 'models', modelId);
  const folder = join(root, 'base');
  return foldersIn(root) ?? { base: folder, tokenizerFolder: folder };
}

/** The same, of a folder; `undefined` where it holds no base. The folder may itself be one in diffusers' layout. */
export function foldersIn(root: string): ModelFolders | undefined {
  const find = (name: string) => [join(root, name), join(root, `${name}.safetensors`)].find((path) => existsSync(path));
  const folder = join(root, 'base');
  const [base, refiner, vae] = [find('base'), find('refiner'), find('vae')];
  if (base === undefined) return existsSync(join(root, 'model_index.json')) ? { base: root } : undefined;
  return { base, ...(refiner !== undefined && { refiner }), ...(vae !== undefined && { vae }), ...(base === folder && { tokenizerFolder: folder }) };
}
