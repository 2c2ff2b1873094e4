/**
 * An append-only file of JSON lines: what was put under a key of a collection, or that it was deleted.
 *
 * Each line is written with one synchronous call before the change is answered, so that it survives a `kill -9` of this
 * process (not a power cut: nothing is fsynced). A line torn by a crash can only be the last one, and is dropped.
 */
import { closeSync, existsSync, openSync, readFileSync, renameSync, writeFileSync, writeSync } from 'node:fs';

/** `value: null` deletes. */
export interface Entry {
  readonly collection: string;
  readonly key: string;
  readonly value: unknown;
}

export class Journal {
  readonly #file: string;
  #descriptor: number;

  constructor(file: string) {
    this.#file = file;
    this.#descriptor = openSync(file, 'a');
  }

  append(entry: Entry): void {
    writeSync(this.#descriptor, `${JSON.stringify(entry)}\n`);
  }

  /** Replaces the file by these entries alone: a crash leaves either the old file or the new. */
  rewrite(entries: Iterable<Entry>): void {
    const fresh = `${this.#file}.new`;
    writeFileSync(fresh, [...entries].map((entry) => `${JSON.stringify(entry)}\n`).join(''));
    closeSync(this.#descriptor);
    renameSync(fresh, this.#file);
    this.#descriptor = openSync(this.#file, 'a');
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}

/**
 * Reads the entries of a journal, oldest first; none when there is no file.
 * @throws {Error} naming the line, when one other than the last is damaged.
 */
export function readJournal(file: string): readonly Entry[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n');
  const entries: Entry[] = [];
  for (const [index, line] of lines.entries()) {
    if (line === '') continue;
    const entry = parseEntry(line);
    if (entry !== undefined) entries.push(entry);
    else if (index < lines.length - 1) throw new Error(`${file}, line ${index + 1} is damaged: delete the line or the data folder`);
  }
  return entries;
}

function parseEntry(line: string): Entry | undefined {
  try {
    const entry: unknown = JSON.parse(line);
    if (typeof entry !== 'object' || entry === null) return undefined;
    if (!('collection' in entry && 'key' in entry && 'value' in entry)) return undefined;
    const { collection, key, value } = entry;
    return typeof collection === 'string' && typeof key === 'string' ? { collection, key, value } : undefined;
  } catch {
    return undefined;
  }
}
