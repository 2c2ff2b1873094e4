/** What lies in MODELS_DIR. */
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { DEMO, type Model, SDXL, findModel, modelOf } from '../../core/model.ts';
import { problemOf } from './check-model.ts';
import { describeModel } from './describe-model.ts';
import { BadCheckpoint } from '../sdxl/checkpoint/bad-checkpoint.ts';
import { type ModelFolders, foldersIn, modelFolders } from './model-folders.ts';

/** A model as it lies there, not yet looked into. */
export interface FoundModel {
  readonly model: Model;
  readonly folders: ModelFolders;
  /** Why it cannot be used, where that is known already. */
  readonly problem?: BadCheckpoint;
}

const SINGLE_FILE = '.safetensors';
const TOKENIZERS = ['tokenizer', 'tokenizer_2'] as const;

/**
 * Every model in a folder: `NAME/` with `base` and perhaps `refiner` and `vae` (folders, or files with `.safetensors`), a folder in
 * diffusers' own layout, or `NAME.safetensors`. What has no refiner gets SDXL's own where that is there; a single file, which carries
 * no tokenizers, finds them beside it, in SDXL's folder, or in any other's.
 */
export async function findModels(modelsDir: string): Promise<readonly FoundModel[]> {
  const entries = await readdir(modelsDir, { withFileTypes: true }).catch(() => []);
  const names = entries.map(({ name }) => name).filter((name) => !name.startsWith('.')).toSorted();
  const placed = names.flatMap((name) => place(modelsDir, name) ?? []);
  const sdxl = placed.find(({ id }) => id === SDXL.id)?.folders;
  const spareRefiner = await soundRefiner(sdxl);
  const withTokenizers = [sdxl, ...placed.map(({ folders }) => folders)].flatMap((folders) => (folders && hasTokenizers(folders.base) ? [folders.base] : []));
  const found = await Promise.all(
    placed.map(async ({ id, name, folders }): Promise<FoundModel> => {
      const { base, refiner = spareRefiner } = folders;
      const tokenizerFolder = folders.tokenizerFolder ?? tokenizersFor(base, withTokenizers);
      const own = { ...modelOf(id), ...(findModel(id) === undefined && { title: titleOf(name) }) };
      const described = await describeModel(own, base, join(modelsDir, name)).catch(asProblem);
      const completed = { ...folders, ...(refiner !== undefined && { refiner }), ...(tokenizerFolder !== undefined && { tokenizerFolder }) };
      return described instanceof BadCheckpoint ? { model: own, folders: completed, problem: described } : { model: described, folders: completed };
    }),
  );
  return found.filter(({ model }, index) => found.findIndex((other) => other.model.id === model.id) === index);
}

/** The model that ships with the repository. */
export function demoModel(): FoundModel {
  return { model: DEMO, folders: modelFolders(DEMO.id, undefined) };
}

/** `DreamShaper XL (v2).safetensors` → `dreamshaper-xl-v2`: what a job can carry, and people can type. */
export function modelIdOf(name: string): string {
  const plain = name.toLowerCase().replaceAll(/[^a-z0-9._-]+/g, '-');
  return plain.replaceAll(/^[^a-z0-9]+|-+$/g, '').slice(0, 64);
}

function titleOf(name: string): string {
  return withoutEnding(name).replaceAll(/[_\s]+/g, ' ').trim().slice(0, 80);
}

function asProblem(error: unknown): BadCheckpoint {
  if (error instanceof BadCheckpoint) return error;
  throw error;
}

/** SDXL's own, which other models share: a broken one is SDXL's problem alone. */
async function soundRefiner(sdxl: ModelFolders | undefined): Promise<string | undefined> {
  return sdxl?.refiner !== undefined && (await problemOf({ folders: sdxl })) === undefined ? sdxl.refiner : undefined;
}

interface Placed {
  readonly id: string;
  readonly name: string;
  readonly folders: ModelFolders;
}

function place(modelsDir: string, name: string): Placed | undefined {
  const id = modelIdOf(withoutEnding(name));
  const path = join(modelsDir, name);
  const folders = name.endsWith(SINGLE_FILE) ? { base: path } : foldersIn(path);
  return id !== '' && folders ? { id, name, folders } : undefined;
}

function withoutEnding(name: string): string {
  return name.endsWith(SINGLE_FILE) ? basename(name, SINGLE_FILE) : name;
}

function tokenizersFor(base: string, others: readonly string[]): string | undefined {
  if (!base.endsWith(SINGLE_FILE)) return undefined;
  return [join(base, '..'), join(base, '..', 'base'), ...others].find(hasTokenizers);
}

function hasTokenizers(folder: string): boolean {
  return TOKENIZERS.every((name) => existsSync(join(folder, name)));
}
