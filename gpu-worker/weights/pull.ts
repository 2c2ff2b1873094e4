import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { formatBytes, sumBytes } from './byte-size.ts';
import { CATALOGUE, type CatalogueEntry } from './catalogue.ts';
import { CannotContinue, explainFileError } from './cannot-continue.ts';
import { checkSpace } from './disk-space.ts';
import { bytesToCome, fetchMissing } from './fetch-missing.ts';
import type { Hub } from './hub/hub.ts';
import { type Sleep, retry } from './hub/retry.ts';
import { type AcceptedLicence, acceptLicences, readLicences } from './licence.ts';
import { readManifest, writeManifest } from './manifest.ts';
import { modelFolder } from './model-folder.ts';
import { type PullPlan, planPull } from './plan-pull.ts';
import { lockModel } from './pull-lock.ts';
import { surveyFolder } from './survey-folder.ts';
import type { Terminal } from './terminal.ts';
import { TransferProgress } from './transfer-progress.ts';

/** Who is offline wants to hear of it soon. */
const FIRST_CONTACT_ATTEMPTS = 3;

/** The world around a pull. */
export interface PullPorts {
  readonly hub: Hub;
  readonly terminal: Terminal;
  readonly sleep: Sleep;
  readonly freeBytes: (folder: string) => Promise<number>;
  /** After how long without a byte a connection counts as cut. */
  readonly stallMs: number;
}

/** What to pull, and how. */
export interface PullRequest {
  readonly modelsDir: string;
  readonly id: string;
  /** Branch, tag or commit by folder; `main` where none is given. */
  readonly revisions: ReadonlyMap<string, string>;
  readonly licenceAccepted: boolean;
  /** Reads files that are there already instead of trusting the manifest. */
  readonly rehash: boolean;
}

/**
 * Fetches what is missing of a model. What an earlier pull left, whole files and parts, is kept and gone on from; so is what this
 * one leaves when it ends early. @throws {CannotContinue | HubRefused | HubUnavailable}; an abort throws the signal's reason
 */
export async function pull(ports: PullPorts, request: PullRequest, stop: AbortSignal): Promise<void> {
  const { modelsDir, id } = request;
  const entry = CATALOGUE.find((each) => each.id === id);
  if (!entry) throw new CannotContinue(`There is no model ${JSON.stringify(id)} to pull: ${CATALOGUE.map((each) => each.id).join(', ')} are what can be pulled.`);
  const folder = modelFolder(modelsDir, id);
  await mkdir(modelsDir, { recursive: true }).catch(rethrow(`create ${modelsDir}`));
  const lock = await lockModel(modelsDir, id).catch(rethrow(`write in ${modelsDir}`));
  try {
    await pullLocked(ports, request, entry, folder, AbortSignal.any([stop, lock.lost]));
  } finally {
    await lock.release();
  }
}

async function pullLocked(ports: PullPorts, request: PullRequest, entry: CatalogueEntry, folder: string, signal: AbortSignal): Promise<void> {
  const { hub, terminal, sleep } = ports;
  const notify = (message: string) => void terminal.notices.write(`${message}\n`);
  const ask = <T>(question: () => Promise<T>) => retry(question, { sleep, signal, notify, attempts: FIRST_CONTACT_ATTEMPTS });
  const plan = await ask(() => planPull(hub, entry, request.revisions, signal));
  const licences = await ask(() => readLicences(hub, plan.sources, signal));
  const found = await readManifest(folder);

  const reading = new TransferProgress(terminal.notices, { total: sumBytes(plan.files) });
  const survey = await surveyFolder(folder, plan, found, { rehash: request.rehash, progress: reading, signal });
  reading.end();
  const coming = bytesToCome(survey);
  const disk = existsSync(folder) ? folder : request.modelsDir;
  checkSpace(coming, await ports.freeBytes(disk), disk);
  if (coming > 0) notify(`${entry.id}: ${formatBytes(coming)} to fetch from ${hub.address.endpoint} into ${folder}`);

  const before = found.kind === 'read' ? found.manifest.licences : [];
  const accepted = await acceptLicences(licences, before, { terminal, accepted: request.licenceAccepted, signal });
  await mkdir(folder, { recursive: true }).catch(rethrow(`create ${folder}`));
  // Before the new manifest is there: by that, a file of another content but the same size would be trusted.
  for (const { place } of survey.missing) await rm(join(folder, place), { force: true });
  await writeManifest(folder, manifestOf(entry.id, plan, accepted)).catch(rethrow(`write in ${folder}`));
  await fetchMissing(ports, folder, survey, signal);
  terminal.results.write(`${entry.id} is complete: ${plan.files.length} files, ${formatBytes(sumBytes(plan.files))}, in ${folder}\n`);
}

function manifestOf(model: string, { sources, files }: PullPlan, licences: readonly AcceptedLicence[]) {
  return {
    version: 1 as const,
    model,
    sources: sources.map(({ folder, repo, commit }) => ({
      folder,
      repo,
      commit,
      files: files.filter((file) => file.repo === repo).map(({ path, bytes, hash }) => ({ path, bytes, hash })),
    })),
    licences: [...licences],
  };
}

function rethrow(doing: string): (error: unknown) => never {
  return (error) => {
    throw explainFileError(error, doing);
  };
}
