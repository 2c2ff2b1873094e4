import { BatchGetCommand, type BatchGetCommandInput, type BatchGetCommandOutput } from '@aws-sdk/lib-dynamodb';
import * as v from 'valibot';
import { type AccountKey, type Totals, accountKeySchema, parseAccountRow } from './account-row.ts';
import type { LedgerContext } from './ledger-context.ts';

/** Reads accounts in one call, in the order of their keys (at most 100); those without a row are empty. */
export async function readAccounts(context: LedgerContext, keys: readonly AccountKey[]): Promise<readonly Totals[]> {
  const found = new Map<string, unknown>();
  let wanted: BatchGetCommandInput['RequestItems'] = { [context.tableName]: { Keys: [...keys], ConsistentRead: true } };
  while (wanted && Object.keys(wanted).length > 0) {
    const { Responses, UnprocessedKeys }: BatchGetCommandOutput = await context.client.send(new BatchGetCommand({ RequestItems: wanted }));
    for (const item of Responses?.[context.tableName] ?? []) found.set(nameOf(v.parse(accountKeySchema, item)), item);
    wanted = UnprocessedKeys;
  }
  return keys.map((key) => parseAccountRow(found.get(nameOf(key))));
}

function nameOf({ pk, sk }: AccountKey): string {
  return `${pk} ${sk}`;
}
