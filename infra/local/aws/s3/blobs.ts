import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { syncFolder } from '../sync-folder.ts';
import { startChecksum, type ChecksumAlgorithm } from './checksum.ts';

/** A file that has been written and synced, but that nothing refers to yet. */
export interface Blob {
  readonly name: string;
  readonly size: number;
  /** Hex. */
  readonly md5: string;
  readonly sha256: string | undefined;
  /** Base64 by algorithm, of those asked for. */
  readonly checksums: ReadonlyMap<ChecksumAlgorithm, string>;
}

/** Bytes on disk under names of our own: keys are never used as paths. */
export class Blobs {
  private constructor(private readonly folder: string) {}

  /** Opens the folder and removes what no object refers to: uploads that a crash cut short. */
  static async open(folder: string, inUse: ReadonlySet<string>): Promise<Blobs> {
    await mkdir(folder, { recursive: true });
    const names = await readdir(folder);
    await Promise.all(names.filter((name) => !inUse.has(name)).map((name) => rm(join(folder, name))));
    return new Blobs(folder);
  }

  /** Writes a stream to a new file. When it resolves the bytes, and the file's name, are on disk. */
  async write(
    source: AsyncIterable<Buffer>,
    { algorithms = [], sha256 = false }: { readonly algorithms?: readonly ChecksumAlgorithm[]; readonly sha256?: boolean } = {},
  ): Promise<Blob> {
    const name = randomUUID();
    const file = await open(join(this.folder, name), 'wx');
    const md5 = createHash('md5');
    const sha = sha256 ? createHash('sha256') : undefined;
    const checksums = algorithms.map((algorithm) => [algorithm, startChecksum(algorithm)] as const);
    let size = 0;
    try {
      for await (const chunk of source) {
        md5.update(chunk);
        sha?.update(chunk);
        for (const [, checksum] of checksums) checksum.update(chunk);
        await file.appendFile(chunk);
        size += chunk.length;
      }
      await file.datasync();
      await syncFolder(this.folder);
    } catch (error) {
      await file.close();
      await this.remove(name);
      throw error;
    }
    await file.close();
    return { name, size, md5: md5.digest('hex'), sha256: sha?.digest('hex'), checksums: new Map(checksums.map(([a, c]) => [a, c.digest()])) };
  }

  /** Opens first, so that the bytes stay readable even if the object is deleted meanwhile. Throws ENOENT. */
  async read(name: string, range?: { readonly start: number; readonly end: number }): Promise<Readable> {
    const file = await open(join(this.folder, name), 'r');
    return file.createReadStream(range);
  }

  /** Several files as one. */
  async *readAll(names: readonly string[]): AsyncGenerator<Buffer> {
    for (const name of names) yield* createReadStream(join(this.folder, name));
  }

  async remove(...names: readonly string[]): Promise<void> {
    await Promise.all(names.map((name) => rm(join(this.folder, name), { force: true })));
  }
}
