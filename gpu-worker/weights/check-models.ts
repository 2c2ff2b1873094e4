import { readdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { BadWeights } from '../sdxl/safetensors/bad-weights.ts';
import { readSafetensors } from '../sdxl/safetensors/read-safetensors.ts';
import { sumBytes } from './byte-size.ts';
import { CannotContinue } from './cannot-continue.ts';
import { hasContent } from './download/content-hash.ts';
import { findModels } from './list-models.ts';
import { type ManifestFile, filesOf, readManifest } from './manifest.ts';
import { modelFolder } from './model-folder.ts';
import type { Terminal } from './terminal.ts';
import { TransferProgress } from './transfer-progress.ts';

/** Checks one model, or all there are, and prints what is wrong. Returns whether all is well. @throws {CannotContinue} if there is none */
export async function checkModels(modelsDir: string, id: string | undefined, terminal: Terminal, signal: AbortSignal): Promise<boolean> {
  const ids = id === undefined ? (await findModels(modelsDir)).map((model) => model.id) : [id];
  if (ids.length === 0) throw new CannotContinue(`No models in ${modelsDir}: npm run models -- pull sdxl`);
  let sound = true;
  for (const each of ids) {
    const problems = await checkModel(modelFolder(modelsDir, each), each, terminal, signal);
    for (const problem of problems) terminal.results.write(`${each}: ${problem}\n`);
    if (problems.length > 0) terminal.results.write(`${each}: npm run models -- pull ${each} --check fetches what is broken or missing\n`);
    sound &&= problems.length === 0;
  }
  return sound;
}

async function checkModel(folder: string, id: string, terminal: Terminal, signal: AbortSignal): Promise<readonly string[]> {
  const found = await readManifest(folder);
  if (found.kind === 'damaged') return ['its manifest.json is damaged'];
  if (found.kind === 'none') return checkHeaders(folder, id, terminal);
  const files = filesOf(found.manifest);
  const progress = new TransferProgress(terminal.notices, { total: sumBytes(files) });
  const problems: string[] = [];
  for (const file of files) {
    progress.begin(`${id}/${dirname(file.path)}`);
    const problem = await checkFile(join(folder, file.path), file, progress, signal);
    if (problem !== undefined) problems.push(problem);
  }
  progress.end();
  if (problems.length === 0) terminal.results.write(`${id}: all ${files.length} files are what was pulled\n`);
  return problems;
}

async function checkFile(path: string, file: ManifestFile, progress: TransferProgress, signal: AbortSignal): Promise<string | undefined> {
  const bytes = await stat(path).then(({ size }) => size, () => undefined);
  if (bytes === undefined) return `${file.path} is missing`;
  if (bytes !== file.bytes) return `${file.path} has ${bytes} bytes, not ${file.bytes}`;
  const same = await hasContent(path, file.bytes, file.hash, signal, (read) => progress.move(read));
  if (!same) return `${file.path} has changed: its checksum (${file.hash.algorithm}) is another`;
  return path.endsWith('.safetensors') ? headerProblem(path, file.path) : undefined;
}

/** A folder without a manifest has no checksums to compare with. */
async function checkHeaders(folder: string, id: string, terminal: Terminal): Promise<readonly string[]> {
  const names = await readdir(folder, { recursive: true }).catch(() => {
    throw new CannotContinue(`There is no model ${id} in ${folder}: npm run models -- list shows what there is.`);
  });
  const weights = names.filter((name) => name.endsWith('.safetensors'));
  const problems = (await Promise.all(weights.map((name) => headerProblem(join(folder, name), name)))).flatMap((problem) => problem ?? []);
  if (weights.length === 0) return ['holds no .safetensors file'];
  if (problems.length === 0) {
    terminal.results.write(`${id}: the headers of its ${weights.length} .safetensors files are sound; not pulled with this command, it has no checksums to compare\n`);
  }
  return problems;
}

async function headerProblem(path: string, name: string): Promise<string | undefined> {
  try {
    await readSafetensors(path);
    return undefined;
  } catch (error) {
    if (error instanceof BadWeights) return `${name} ${error.tensor === undefined ? '' : `tensor "${error.tensor}" `}${error.problem}`;
    throw error;
  }
}
