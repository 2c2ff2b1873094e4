import * as v from 'valibot';
import { AwsError } from '../aws-error.ts';
import type { Journaled } from '../journal.ts';
import { ITEM } from './input.ts';
import { Table } from './table.ts';
import { TABLE_DEFINITION } from './table-definition.ts';

/** One item to put (or, as null, to remove) at a key. */
const WRITE = v.object({ table: v.string(), key: ITEM, item: v.nullable(ITEM) });
const REQUEST_TOKEN = v.object({ token: v.string(), requestHash: v.string(), at: v.number() });

/** Everything that changes the database. A transaction is one entry, hence one line of the journal: all of it or none. */
const ENTRY = v.variant('op', [
  v.object({ op: v.literal('create-table'), definition: TABLE_DEFINITION, at: v.number() }),
  v.object({ op: v.literal('update-table'), definition: TABLE_DEFINITION }),
  v.object({ op: v.literal('delete-table'), table: v.string() }),
  v.object({ op: v.literal('time-to-live'), table: v.string(), attribute: v.nullable(v.string()) }),
  v.object({ op: v.literal('tags'), table: v.string(), tags: v.record(v.string(), v.string()) }),
  v.object({ op: v.literal('write'), writes: v.array(WRITE), request: v.optional(REQUEST_TOKEN) }),
]);

export type Write = v.InferOutput<typeof WRITE>;
export type RequestToken = v.InferOutput<typeof REQUEST_TOKEN>;
export type Entry = v.InferOutput<typeof ENTRY>;

/** How long a transaction's ClientRequestToken makes a repeat a no-op. */
const TOKEN_LIFE_MS = 10 * 60 * 1000;
const SNAPSHOT_WRITES = 100;

export function parseEntry(line: unknown): Entry {
  return v.parse(ENTRY, line);
}

/** All tables in memory, changed by entries alone. */
export class Database implements Journaled<Entry> {
  readonly tables = new Map<string, Table>();
  readonly #requests = new Map<string, RequestToken>();

  /** The region is named in ARNs. */
  constructor(readonly region: string) {}

  table(name: string): Table {
    const table = this.tables.get(name);
    if (table === undefined) throw new AwsError('ResourceNotFoundException', `Requested resource not found: Table: ${name} not found`);
    return table;
  }

  /** The transaction that used a token less than ten minutes ago. */
  findRequest(token: string, now: number): RequestToken | undefined {
    for (const [known, { at }] of this.#requests) if (at + TOKEN_LIFE_MS <= now) this.#requests.delete(known);
    return this.#requests.get(token);
  }

  apply(entry: Entry): void {
    switch (entry.op) {
      case 'create-table':
        this.tables.set(entry.definition.TableName, new Table(entry.definition, entry.at));
        return;
      case 'update-table':
        this.table(entry.definition.TableName).redefine(entry.definition);
        return;
      case 'delete-table':
        this.tables.delete(entry.table);
        return;
      case 'time-to-live':
        this.table(entry.table).timeToLiveAttribute = entry.attribute ?? undefined;
        return;
      case 'tags': {
        const { tags } = this.table(entry.table);
        tags.clear();
        for (const [name, value] of Object.entries(entry.tags)) tags.set(name, value);
        return;
      }
      case 'write':
        for (const { table: name, key, item } of entry.writes) {
          const table = this.table(name);
          table.write(table.idOf(key), item ?? undefined);
        }
        if (entry.request !== undefined) this.#requests.set(entry.request.token, entry.request);
    }
  }

  *snapshot(): Generator<Entry> {
    for (const [name, table] of this.tables) {
      yield { op: 'create-table', definition: table.definition, at: table.createdAt };
      yield { op: 'time-to-live', table: name, attribute: table.timeToLiveAttribute ?? null };
      yield { op: 'tags', table: name, tags: Object.fromEntries(table.tags) };
      const writes = Array.from(table.items(), (item): Write => ({ table: name, key: table.keyOf(item), item }));
      for (let i = 0; i < writes.length; i += SNAPSHOT_WRITES) yield { op: 'write', writes: writes.slice(i, i + SNAPSHOT_WRITES) };
    }
    for (const request of this.#requests.values()) yield { op: 'write', writes: [], request };
  }
}
