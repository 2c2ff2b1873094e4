import { open, readFile, rename, truncate, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { crc32 } from 'node:zlib';
import { syncFolder } from './sync-folder.ts';

/** What a journal keeps: a state that changes by entries only, and can say itself as entries again. */
export interface Journaled<Entry> {
  apply(entry: Entry): void;
  snapshot(): Iterable<Entry>;
}

export interface JournalOptions<Entry> {
  readonly file: string;
  readonly state: Journaled<Entry>;
  readonly parse: (line: unknown) => Entry;
  /** The file is rewritten from the state once it is this long and four times its last rewritten length. */
  readonly compactBytes?: number;
}

/**
 * An append-only file of one JSON entry a line, each with its CRC-32, from which a state is rebuilt at start.
 *
 * Every batch of lines is followed by fdatasync before `settled` resolves, so that what was acknowledged outlives the
 * process (kill -9) and the machine (power). Lines that arrive while a sync runs share the next one: many writers pay for one.
 */
export class Journal<Entry> {
  #handle: FileHandle;
  #pending: string[] = [];
  #bytes: number;
  #compactedBytes: number;
  #flushIsScheduled = false;
  #tail: Promise<void> = Promise.resolve();

  private constructor(
    private readonly options: JournalOptions<Entry>,
    handle: FileHandle,
    bytes: number,
  ) {
    this.#handle = handle;
    this.#bytes = bytes;
    this.#compactedBytes = bytes;
  }

  /** Rebuilds the state and opens the file for more. Throws when anything but the last, torn line is damaged. */
  static async open<Entry>(options: JournalOptions<Entry>): Promise<Journal<Entry>> {
    const bytes = await replay(options);
    const handle = await open(options.file, 'a');
    await syncFolder(dirname(options.file));
    return new Journal(options, handle, bytes);
  }

  /** Changes the state at once; the entry is on disk when `settled` resolves. */
  commit(entry: Entry): void {
    this.options.state.apply(entry);
    this.#pending.push(toLine(entry));
    if (this.#flushIsScheduled) return;
    this.#flushIsScheduled = true;
    this.#tail = this.#tail.then(() => this.#flush());
    // Whoever waits for `settled` is told; a failure nobody waits for must not end the process.
    this.#tail.catch(() => undefined);
  }

  /** Resolves when every entry committed so far is on disk; rejects for good once a write has failed. */
  settled(): Promise<void> {
    return this.#tail;
  }

  async close(): Promise<void> {
    await this.#tail.finally(() => this.#handle.close());
  }

  async #flush(): Promise<void> {
    this.#flushIsScheduled = false;
    const limit = Math.max(this.options.compactBytes ?? 8 * 1024 * 1024, 4 * this.#compactedBytes);
    if (this.#bytes > limit) return this.#compact();
    const bytes = Buffer.from(this.#pending.join(''));
    this.#pending = [];
    await this.#handle.appendFile(bytes);
    await this.#handle.datasync();
    this.#bytes += bytes.length;
  }

  /** The new file replaces the old by a rename, so that a crash at any point leaves one that is whole. */
  async #compact(): Promise<void> {
    // The state already holds what is pending, so the snapshot says it too.
    const lines = Array.from(this.options.state.snapshot(), toLine);
    this.#pending = [];
    const bytes = Buffer.from(lines.join(''));
    const { file } = this.options;
    const fresh = await open(`${file}.new`, 'w');
    await fresh.writeFile(bytes);
    await fresh.sync();
    await this.#handle.close();
    await rename(`${file}.new`, file);
    await syncFolder(dirname(file));
    this.#handle = fresh;
    this.#bytes = this.#compactedBytes = bytes.length;
  }
}

function toLine(entry: unknown): string {
  const json = JSON.stringify(entry);
  return `${checksum(json)} ${json}\n`;
}

function checksum(text: string): string {
  return crc32(text).toString(16).padStart(8, '0');
}

/** Feeds the file's entries to the state and cuts off a torn last line, which nobody was told was written. */
async function replay<Entry>({ file, state, parse }: JournalOptions<Entry>): Promise<number> {
  const bytes = await readFile(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return Buffer.alloc(0);
    throw error;
  });
  let start = 0;
  while (start < bytes.length) {
    const end = bytes.indexOf(0x0a, start);
    const line = bytes.toString('utf8', start, end === -1 ? bytes.length : end);
    const json = line.slice(9);
    if (end === -1 || line.slice(0, 8) !== checksum(json)) {
      if (end !== -1 && end + 1 < bytes.length) {
        throw new Error(`${file} is damaged at byte ${start}: restore it, or cut it there to lose what follows`);
      }
      await truncate(file, start);
      return start;
    }
    state.apply(parse(JSON.parse(json)));
    start = end + 1;
  }
  return start;
}
