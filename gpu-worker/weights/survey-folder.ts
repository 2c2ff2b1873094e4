import { stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { hasContent } from './download/content-hash.ts';
import { PartFile } from './download/part-file.ts';
import { type FoundManifest, filesOf } from './manifest.ts';
import type { PlannedFile, PullPlan } from './plan-pull.ts';
import type { TransferProgress } from './transfer-progress.ts';

/** What of a plan lies there already. */
export interface Survey {
  readonly present: readonly PlannedFile[];
  readonly missing: readonly PlannedFile[];
  /** Bytes of the missing files that an earlier pull has fetched. */
  readonly partBytes: number;
}

interface Surveying {
  /** Reads every file, whatever the manifest says. */
  readonly rehash: boolean;
  readonly progress: TransferProgress;
  readonly signal: AbortSignal;
}

/**
 * Looks which files are there, and changes nothing. One that the manifest has with the same checksum is trusted for its size,
 * unless `rehash`; any other is read.
 */
export async function surveyFolder(folder: string, plan: PullPlan, found: FoundManifest, options: Surveying): Promise<Survey> {
  const { rehash, progress } = options;
  const known = new Map(found.kind === 'read' ? filesOf(found.manifest).map(({ path, hash }) => [path, hash.hex]) : []);
  const present: PlannedFile[] = [];
  const missing: PlannedFile[] = [];
  let partBytes = 0;
  for (const file of plan.files) {
    const path = join(folder, file.place);
    const bytes = await stat(path).then(({ size }) => size, () => undefined);
    const trusted = !rehash && known.get(file.place) === file.hash.hex;
    if (bytes === file.bytes && (trusted || (await isRight(path, file, options)))) {
      present.push(file);
      continue;
    }
    if (bytes !== undefined) progress.say(`${file.place} is not what the hub lists`);
    missing.push(file);
    partBytes += (await new PartFile(path, file).state()).bytes;
  }
  return { present, missing, partBytes };
}

async function isRight(path: string, { place, bytes, hash }: PlannedFile, { progress, signal }: Surveying): Promise<boolean> {
  progress.begin(`checking ${dirname(place)}`);
  return hasContent(path, bytes, hash, signal, (read) => progress.move(read));
}
