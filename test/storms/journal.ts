import { QueryCommand, type QueryCommandOutput } from '@aws-sdk/lib-dynamodb';
import { DAY_MS } from '../../core/quota/period.ts';
import { type EntryKind, journalPk } from '../../core/ledger/movement.ts';
import type { TestStack } from '../local-stack.ts';

export interface Entry {
  readonly id: string;
  readonly kind: EntryKind;
  readonly userId: string;
  /** Hundredths of a credit. */
  readonly amount: number;
}

/** Every movement of credits in a guild since `from` (epoch ms), read from the table itself and not by the ledger's own code. */
export async function readJournal({ clients, names }: TestStack, guildId: string, from: number): Promise<readonly Entry[]> {
  const entries: Entry[] = [];
  for (let day = from; day < Date.now() + DAY_MS; day += DAY_MS) {
    let startKey: Record<string, unknown> | undefined;
    do {
      const page: QueryCommandOutput = await clients.dynamodb.send(
        new QueryCommand({
          TableName: names.TABLE_NAME,
          KeyConditionExpression: 'pk = :pk',
          ExpressionAttributeValues: { ':pk': journalPk(guildId, day) },
          ConsistentRead: true,
          ...(startKey && { ExclusiveStartKey: startKey }),
        }),
      );
      entries.push(...((page.Items ?? []) as Entry[]));
      startKey = page.LastEvaluatedKey;
    } while (startKey);
  }
  return entries;
}

/** How often each kind of movement stands in the journal for a job. */
export function countsByJob(entries: readonly Entry[]): ReadonlyMap<string, Readonly<Partial<Record<EntryKind, number>>>> {
  const counts = new Map<string, Partial<Record<EntryKind, number>>>();
  for (const { id, kind } of entries) {
    const of = counts.get(id) ?? {};
    counts.set(id, { ...of, [kind]: (of[kind] ?? 0) + 1 });
  }
  return counts;
}
