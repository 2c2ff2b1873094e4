import { type FileHandle, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import * as v from 'valibot';
import type { HubFile } from '../hub/hub.ts';

const noteSchema = v.object({ hex: v.string(), etag: v.optional(v.string()) });

/** What of a file has come so far: `<file>.part`, and beside it a note of which content it is the beginning of. */
export class PartFile {
  readonly path: string;
  readonly #note: string;
  readonly #target: string;
  readonly #file: HubFile;

  constructor(target: string, file: HubFile) {
    this.#target = target;
    this.#file = file;
    this.path = `${target}.part`;
    this.#note = `${target}.part.json`;
  }

  /** How many bytes can be gone on from, and the entity tag of the server that sent them. 0 when they belong to another content. */
  async state(): Promise<{ readonly bytes: number; readonly etag: string | undefined }> {
    try {
      const { hex, etag } = v.parse(noteSchema, JSON.parse(await readFile(this.#note, 'utf8')));
      const bytes = hex === this.#file.hash.hex ? (await stat(this.path)).size : 0;
      if (bytes <= this.#file.bytes) return { bytes, etag };
    } catch {
      // No note, or a broken one: begin anew.
    }
    return { bytes: 0, etag: undefined };
  }

  /** Opens it for writing from byte `from` on, cutting off what lies behind. */
  async writeFrom(from: number, etag: string | undefined): Promise<FileHandle> {
    // Never emptied in place: taken from a twin, it may be a second name of that file.
    if (from === 0) await rm(this.path, { force: true });
    const file = await open(this.path, from === 0 ? 'wx' : 'r+');
    try {
      await file.truncate(from);
      await writeFile(this.#note, JSON.stringify({ hex: this.#file.hash.hex, etag }));
    } catch (error) {
      await file.close();
      throw error;
    }
    return file;
  }

  /** Gives the whole, checked file its name. Replaces what had it: whoever has that mapped keeps it. */
  async finish(): Promise<void> {
    const file = await open(this.path, 'r+');
    await file.sync().finally(() => file.close());
    await rename(this.path, this.#target);
    await rm(this.#note, { force: true });
  }

  async discard(): Promise<void> {
    await rm(this.path, { force: true });
    await rm(this.#note, { force: true });
  }
}
