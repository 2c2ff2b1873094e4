import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';

/** `pull` writes down here what a model should consist of: for `list`, `check`, `remove`, and the next pull. */
const MANIFEST_FILE = 'manifest.json';

/** A path below the model's folder; none that leads out of it. */
const relativePath = v.pipe(v.string(), v.regex(/^[\w+-][\w.+-]*(\/[\w+-][\w.+-]*)*$/));

const contentHash = v.object({ algorithm: v.picklist(['sha256', 'git-sha1']), hex: v.pipe(v.string(), v.regex(/^[0-9a-f]+$/)) });

const manifestSchema = v.object({
  version: v.literal(1),
  model: v.string(),
  sources: v.array(
    v.object({
      folder: relativePath,
      repo: v.string(),
      commit: v.string(),
      files: v.array(v.object({ path: relativePath, bytes: v.pipe(v.number(), v.safeInteger(), v.minValue(0)), hash: contentHash })),
    }),
  ),
  licences: v.array(v.object({ name: v.string(), link: v.string(), sha256: v.string(), acceptedAt: v.string() })),
});

/** A checksum as the hub gives it: SHA-256 of the bytes for what lies in LFS, git's blob id for the rest. */
export type ContentHash = Readonly<v.InferOutput<typeof contentHash>>;
export type Manifest = v.InferOutput<typeof manifestSchema>;
/** A file of a model: `path` is relative to the model's folder. */
export interface ManifestFile {
  readonly path: string;
  readonly bytes: number;
  readonly hash: ContentHash;
}

export type FoundManifest = { readonly kind: 'none' } | { readonly kind: 'damaged' } | { readonly kind: 'read'; readonly manifest: Manifest };

/** Reads the manifest in a model's folder. */
export async function readManifest(folder: string): Promise<FoundManifest> {
  let text: string;
  try {
    text = await readFile(join(folder, MANIFEST_FILE), 'utf8');
  } catch {
    return { kind: 'none' };
  }
  try {
    const parsed = v.safeParse(manifestSchema, JSON.parse(text));
    return parsed.success ? { kind: 'read', manifest: parsed.output } : { kind: 'damaged' };
  } catch {
    return { kind: 'damaged' };
  }
}

/** Writes it in one go: a reader sees the old one or the new one. */
export async function writeManifest(folder: string, manifest: Manifest): Promise<void> {
  const file = join(folder, MANIFEST_FILE);
  await writeFile(`${file}.new`, `${JSON.stringify(manifest, undefined, 2)}\n`);
  await rename(`${file}.new`, file);
}

/** All files, with the folder of their source. */
export function filesOf(manifest: Manifest): readonly ManifestFile[] {
  return manifest.sources.flatMap(({ folder, files }) => files.map(({ path, bytes, hash }) => ({ path: `${folder}/${path}`, bytes, hash })));
}
