import { attribute, compareValues, type AttributeValue, type Item } from './value.ts';

/** The attributes that a table or an index is keyed by. */
export interface KeyNames {
  readonly hash: string;
  readonly range?: string;
}

interface Row {
  readonly item: Item;
  readonly range: AttributeValue | undefined;
  /** The table's own key, which orders rows that share an index key. */
  readonly id: string;
}

/** Items in partitions by hash key, each partition in order of the range key. Items without the keys are left out (sparse). */
export class SortedIndex {
  readonly #partitions = new Map<string, Row[]>();
  #order: readonly string[] | undefined;

  constructor(readonly keys: KeyNames) {}

  insert(id: string, item: Item): void {
    const place = this.#place(id, item);
    if (place === undefined) return;
    const rows = this.#partitions.get(place.partition) ?? [];
    if (rows.length === 0) {
      this.#partitions.set(place.partition, rows);
      this.#order = undefined;
    }
    rows.splice(findRow(rows, place), 0, place);
  }

  remove(id: string, item: Item): void {
    const place = this.#place(id, item);
    if (place === undefined) return;
    const rows = this.#partitions.get(place.partition) ?? [];
    const at = findRow(rows, place);
    if (rows[at]?.id === id) rows.splice(at, 1);
    if (rows.length > 0) return;
    this.#partitions.delete(place.partition);
    this.#order = undefined;
  }

  /** Items of one partition, after (or, backwards, before) `start` when it is given. */
  *partition(hash: AttributeValue, forward: boolean, start?: { readonly id: string; readonly item: Item }): Generator<Item> {
    const rows = this.#partitions.get(JSON.stringify(hash)) ?? [];
    const from = start && this.#place(start.id, start.item);
    if (forward) {
      for (const row of rows.slice(from === undefined ? 0 : findRow(rows, from, true))) yield row.item;
    } else {
      for (const row of rows.slice(0, from === undefined ? rows.length : findRow(rows, from)).toReversed()) yield row.item;
    }
  }

  /** Every item, partition by partition, after `start` when it is given. */
  *all(start?: { readonly id: string; readonly item: Item }): Generator<Item> {
    this.#order ??= [...this.#partitions.keys()].toSorted();
    const from = start && this.#place(start.id, start.item);
    for (const partition of this.#order) {
      if (from !== undefined && partition < from.partition) continue;
      const rows = this.#partitions.get(partition) ?? [];
      const first = from !== undefined && partition === from.partition ? findRow(rows, from, true) : 0;
      for (const row of rows.slice(first)) yield row.item;
    }
  }

  #place(id: string, item: Item): (Row & { readonly partition: string }) | undefined {
    const hash = attribute(item, this.keys.hash);
    const range = this.keys.range === undefined ? undefined : attribute(item, this.keys.range);
    if (hash === undefined || (this.keys.range !== undefined && range === undefined)) return undefined;
    return { partition: JSON.stringify(hash), range, id, item };
  }
}

/** Where a row stands, or would stand; with `after`, the place behind it. */
function findRow(rows: readonly Row[], sought: Pick<Row, 'range' | 'id'>, after = false): number {
  let [low, high] = [0, rows.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const row = rows[middle];
    const order = row === undefined ? 1 : compareRows(row, sought);
    if (order < 0 || (after && order === 0)) low = middle + 1;
    else high = middle;
  }
  return low;
}

function compareRows(a: Pick<Row, 'range' | 'id'>, b: Pick<Row, 'range' | 'id'>): number {
  const byRange = a.range === undefined || b.range === undefined ? 0 : (compareValues(a.range, b.range) ?? 0);
  if (byRange !== 0) return byRange;
  return a.id < b.id ? -1 : Number(a.id > b.id);
}
