import { QueryCommand, type QueryCommandOutput } from '@aws-sdk/lib-dynamodb';
import * as v from 'valibot';
import { DAY_MS, spanOf } from '../quota/period.ts';
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
const AT_ONCE = 6;

/** A guild's journal in the order it was written, from the start of the day `days` − 1 days ago. */
export interface Journal {
  readonly entries: readonly JournalEntry[];
  /** Epoch milliseconds; midnight UTC. */
  readonly from: number;
  /** Whole days that were read: fewer than asked for when there were more than `most` entries. */
  readonly days: number;
}

/** Reads back from today, day by day, until it has the days or would have more than `most` entries; page by page, as DynamoDB gives them. */
export async function readJournal(context: LedgerContext, guildId: string, days: number, most: number): Promise<Journal> {
  const today = spanOf('day', context.now()).startsAt;
  const kept: (readonly JournalEntry[])[] = [];
  let count = 0;
  for (let first = 0; first < days; first += AT_ONCE) {
    const starts = Array.from({ length: Math.min(AT_ONCE, days - first) }, (_, i) => today - (first + i) * DAY_MS);
    const read = await Promise.all(starts.map((start) => readJournalDay(context, guildId, start)));
    for (const entries of read) {
      if (count + entries.length > most && kept.length > 0) return journalOf(kept, today);
      kept.push(entries);
      count += entries.length;
    }
  }
  return journalOf(kept, today);
}

function journalOf(newestFirst: readonly (readonly JournalEntry[])[], today: number): Journal {
  const days = newestFirst.length;
  return { entries: newestFirst.toReversed().flat(), from: today - (days - 1) * DAY_MS, days };
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
        ...(startKey && { ExclusiveStartKey: startKey }),
      }),
    );
    for (const item of page.Items ?? []) entries.push(v.parse(journalEntry, item));
    startKey = page.LastEvaluatedKey;
  } while (startKey);
  return entries;
}
