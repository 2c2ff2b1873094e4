import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { formatBytes, sumBytes } from './byte-size.ts';
import { CATALOGUE } from './catalogue.ts';
import { type Manifest, filesOf, readManifest } from './manifest.ts';
import type { Terminal } from './terminal.ts';

/** A model that was found, in the columns of the list. */
export interface FoundModel {
  readonly id: string;
  readonly size: string;
  readonly state: string;
  readonly licence: string;
}

/** Every folder in `modelsDir` that holds a model. */
export async function findModels(modelsDir: string): Promise<readonly FoundModel[]> {
  const names = await readdir(modelsDir).catch((): string[] => []);
  const found = await Promise.all(names.filter((name) => !name.startsWith('.')).toSorted().map((name) => describe(modelsDir, name)));
  return found.flatMap((model) => model ?? []);
}

/** Prints the models that are there, and the names of those that can be pulled. */
export async function listModels(modelsDir: string, { results }: Terminal): Promise<void> {
  const models = await findModels(modelsDir);
  results.write(models.length === 0 ? `No models in ${modelsDir} yet.\n` : `Models in ${modelsDir}\n`);
  const width = (column: keyof FoundModel) => Math.max(0, ...models.map((model) => model[column].length)) + 2;
  for (const { id, size, state, licence } of models) {
    const line = `  ${id.padEnd(width('id'))}${size.padEnd(width('size'))}${state.padEnd(width('state'))}${licence}`;
    results.write(`${line.trimEnd()}\n`);
  }
  const others = CATALOGUE.filter((entry) => !models.some(({ id }) => id === entry.id));
  if (others.length > 0) results.write('Can be pulled (npm run models -- pull ID)\n');
  for (const { id, title, gigabytes } of others) results.write(`  ${id.padEnd(15)}${`${gigabytes} GB`.padEnd(9)}${title}\n`);
}

async function describe(modelsDir: string, id: string): Promise<FoundModel | undefined> {
  const folder = join(modelsDir, id);
  const found = await readManifest(folder);
  if (found.kind === 'read') return describePulled(folder, id, found.manifest);
  if (found.kind === 'damaged') return { id, size: '', state: `its manifest is damaged: npm run models -- pull ${id}`, licence: '' };
  // What someone put there by hand.
  const index = await stat(join(folder, 'base', 'model_index.json')).catch(() => undefined);
  return index ? { id, size: '', state: 'not pulled with this command', licence: '' } : undefined;
}

async function describePulled(folder: string, id: string, manifest: Manifest): Promise<FoundModel> {
  const files = filesOf(manifest);
  const sizes = await Promise.all(files.map(({ path }) => stat(join(folder, path)).then(({ size }) => size, () => undefined)));
  const whole = files.filter(({ bytes }, i) => sizes[i] === bytes);
  const complete = whole.length === files.length;
  return {
    id,
    size: complete ? formatBytes(sumBytes(files)) : `${formatBytes(sumBytes(whole))} of ${formatBytes(sumBytes(files))}`,
    state: complete ? 'complete' : `${files.length - whole.length} of ${files.length} files missing: npm run models -- pull ${id}`,
    licence: [...new Set(manifest.licences.map(({ name }) => name))].join(', '),
  };
}
