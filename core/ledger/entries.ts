import { QueryCommand, type QueryCommandOutput } from '@aws-sdk/lib-dynamodb';
import * as v from 'valibot';
import { DAY_MS } from '../quota/period.ts';
import { accountKeySchema, accountPk } from './account-row.ts';
import type { LedgerContext } from './ledger-context.ts';
import { ENTRY_KINDS, journalPk } from './movement.ts';

const common = {
  kind: v.picklist(ENTRY_KINDS),
  /** The job's; of a grant or a reset, the interaction's. */
  id: v.string(),
  /** Hundredths of a credit. */
  amount: v.number(),
  /** Epoch milliseconds. */
  at: v.number(),
};
const ownEntry = v.object({ ...common, accounts: v.array(accountKeySchema) });
const journalEntry = v.object({ ...common, userId: v.string(), roleIds: v.optional(v.array(v.string()), []), channelIds: v.optional(v.array(v.string()), []) });

export type Entry = Readonly<v.InferOutput<typeof ownEntry>>;
/** An entry in a guild's journal: whose it is too and, of reservations, their roles and channels then. */
export type JournalEntry = Readonly<v.InferOutput<typeof journalEntry>>;

/** A person's latest entries in a guild, newest first. */
export async function readEntries(context: LedgerContext, userId: string, guildId: string | null, limit: number): Promise<readonly Entry[]> {
  const { Items = [] } = await context.client.send(
    new QueryCommand({
      TableName: context.tableName,
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :entry)',
      ExpressionAttributeValues: { ':pk': accountPk(userId, guildId), ':entry': 'entry#' },
      ScanIndexForward: false,
      Limit: limit,
      ConsistentRead: true,
    }),
  );
  return Items.map((item) => v.parse(ownEntry, item));
}

/** Days that are read side by side. */
const AT_ONCE = 3;
/** Entries a call: a page comes well within a call's time limit. */
const PAGE = 2000;

export interface JournalDay {
  /** Epoch milliseconds; midnight UTC. */
  readonly start: number;
  /** In the order they were written. */
  readonly entries: readonly JournalEntry[];
}

/** A guild's journal day by day, the oldest first; `from` and `to` are the midnights at which the first and the last day begin. */
export async function* readJournalDays(context: LedgerContext, guildId: string, { from, to }: { readonly from: number; readonly to: number }): AsyncGenerator<JournalDay> {
  const ahead: Promise<JournalDay>[] = [];
  for (let start = from; start <= to || ahead.length > 0; start += DAY_MS) {
    if (start <= to) ahead.push(readDay(context, guildId, start));
    const next = ahead.length === AT_ONCE || start >= to ? ahead.shift() : undefined;
    if (next) yield await next;
  }
}

function readDay(context: LedgerContext, guildId: string, start: number): Promise<JournalDay> {
  const reading = readJournalDay(context, guildId, start).then((entries) => ({ start, entries }));
  // Whoever stops early never asks for what was read ahead.
  reading.catch(() => undefined);
  return reading;
}

async function readJournalDay(context: LedgerContext, guildId: string, start: number): Promise<readonly JournalEntry[]> {
  const entries: JournalEntry[] = [];
  let startKey: Record<string, unknown> | undefined;
  do {
    const page: QueryCommandOutput = await context.client.send(
      new QueryCommand({
        TableName: context.tableName,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': journalPk(guildId, start) },
        Limit: PAGE,
        ...(startKey && { ExclusiveStartKey: startKey }),
      }),
    );
    for (const item of page.Items ?? []) entries.push(v.parse(journalEntry, item));
    startKey = page.LastEvaluatedKey;
  } while (startKey);
  return entries;
}
