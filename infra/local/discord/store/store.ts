/** All that the local Discord remembers, on disk in one folder: `journal.jsonl` and the attachments' files. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Journal, readJournal } from './journal.ts';
import type { Entry } from './journal.ts';
import { lockFolder } from './lock.ts';
import { MessageIndex } from './message-index.ts';
import type {
  ApplicationRecord,
  ChannelRecord,
  CommandRecord,
  GuildRecord,
  InteractionRecord,
  MemberRecord,
  MessageRecord,
  RoleRecord,
  UserRecord,
} from './records.ts';
import { Table } from './table.ts';

export interface Store {
  readonly applications: Table<ApplicationRecord>;
  readonly guilds: Table<GuildRecord>;
  readonly users: Table<UserRecord>;
  readonly members: Table<MemberRecord>;
  readonly roles: Table<RoleRecord>;
  readonly channels: Table<ChannelRecord>;
  readonly commands: Table<CommandRecord>;
  readonly interactions: Table<InteractionRecord>;
  readonly messages: MessageIndex;
  /** Every id on disk: new ones must lie above. */
  readonly ids: readonly string[];
  close(): void;
}

/**
 * Opens the folder, making it if need be.
 * @throws {Error} when another process has it, or its journal is damaged
 */
export function openStore(folder: string): Store {
  mkdirSync(folder, { recursive: true });
  const unlock = lockFolder(join(folder, 'lock'), `The data folder ${folder}`);
  const file = join(folder, 'journal.jsonl');
  const past = readJournal(file);
  const journal = new Journal(file);
  const tables = {
    applications: new Table<ApplicationRecord>('applications', journal),
    guilds: new Table<GuildRecord>('guilds', journal),
    users: new Table<UserRecord>('users', journal),
    members: new Table<MemberRecord>('members', journal),
    roles: new Table<RoleRecord>('roles', journal),
    channels: new Table<ChannelRecord>('channels', journal),
    commands: new Table<CommandRecord>('commands', journal),
    interactions: new Table<InteractionRecord>('interactions', journal),
    messages: new Table<MessageRecord>('messages', journal),
  };
  const byName = new Map<string, { replay(key: string, value: unknown): void }>(Object.entries(tables));
  for (const { collection, key, value } of past) byName.get(collection)?.replay(key, value);
  const live = Object.values(tables).reduce((sum, table) => sum + table.size, 0);
  // Also mends a torn last line, which a further append would otherwise bury in the middle.
  if (past.length > 0) journal.rewrite(entriesOf(tables));
  return {
    ...tables,
    messages: new MessageIndex(tables.messages),
    ids: live === 0 ? [] : Object.values(tables).flatMap((table) => [...table.entries()].map(([key]) => key)),
    close: () => {
      journal.close();
      unlock();
    },
  };
}

function* entriesOf(tables: Readonly<Record<string, { entries(): Iterable<[string, unknown]> }>>): Generator<Entry> {
  for (const [collection, table] of Object.entries(tables)) {
    for (const [key, value] of table.entries()) yield { collection, key, value };
  }
}
