/** A collection of records by key, kept whole in memory and written through to the journal. */
import type { Journal } from './journal.ts';

export class Table<Row> {
  readonly #rows = new Map<string, Row>();

  constructor(
    private readonly name: string,
    private readonly journal: Pick<Journal, 'append'>,
  ) {}

  get(key: string): Row | undefined {
    return this.#rows.get(key);
  }

  put(key: string, row: Row): void {
    this.journal.append({ collection: this.name, key, value: row });
    this.#rows.set(key, row);
  }

  delete(key: string): void {
    if (!this.#rows.delete(key)) return;
    this.journal.append({ collection: this.name, key, value: null });
  }

  values(): IterableIterator<Row> {
    return this.#rows.values();
  }

  entries(): IterableIterator<[string, Row]> {
    return this.#rows.entries();
  }

  get size(): number {
    return this.#rows.size;
  }

  /** Takes back what an earlier process of ours wrote; the journal is ours alone, hence the one cast. */
  replay(key: string, value: unknown): void {
    if (value === null) this.#rows.delete(key);
    else this.#rows.set(key, value as Row);
  }
}
