import type { CatalogueEntry, Source } from './catalogue.ts';
import type { RemoteFile } from './download/receive-rest.ts';
import { HubRefused } from './hub/hub-error.ts';
import type { Hub } from './hub/hub.ts';

/** A source, fixed at a commit. */
export interface PinnedSource extends Source {
  readonly commit: string;
}

/** A file to have, and where: `place` is relative to the model's folder. */
export interface PlannedFile extends RemoteFile {
  readonly place: string;
}

export interface PullPlan {
  readonly sources: readonly PinnedSource[];
  readonly files: readonly PlannedFile[];
}

/** Asks the hub what the model's files are. `revisions`: by folder; `main` where none is given. @throws {HubRefused | HubUnavailable} */
export async function planPull(hub: Hub, entry: CatalogueEntry, revisions: ReadonlyMap<string, string>, signal: AbortSignal): Promise<PullPlan> {
  const sources: PinnedSource[] = [];
  const files: PlannedFile[] = [];
  for (const source of entry.sources) {
    const { repo, folder } = source;
    const commit = await hub.commitOf(repo, revisions.get(folder) ?? 'main', signal);
    const listed = new Map((await hub.listFiles(repo, commit, signal)).map((file) => [file.path, file]));
    for (const path of source.files) {
      const file = listed.get(path);
      if (!file) throw new HubRefused(`${repo} has no ${path} at commit ${commit}: choose another one with --revision ${folder}=COMMIT.`);
      files.push({ ...file, repo, commit, place: `${folder}/${path}` });
    }
    sources.push({ ...source, commit });
  }
  return { sources, files };
}
