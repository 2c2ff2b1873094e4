import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, TransactWriteCommand, type TransactWriteCommandInput } from '@aws-sdk/lib-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Centicredits } from '../credits.ts';

/** What every operation on the ledger needs. */
export interface LedgerContext {
  readonly client: DynamoDBDocumentClient;
  readonly tableName: string;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly dailyLimit: Centicredits;
}

export type TransactItem = NonNullable<TransactWriteCommandInput['TransactItems']>[number];

/** A transaction of which no write was made. */
export interface Cancelled {
  /** The places of the writes whose condition did not hold. */
  readonly failedConditions: ReadonlySet<number>;
  /** By place, the items that such writes found, where they asked for them with `ALL_OLD` and there was one. */
  readonly found: ReadonlyMap<number, unknown>;
}

const MAX_TRIES = 6;

/**
 * Makes all of the writes or none.
 * Two transactions that touch one row at the same moment cancel each other with `TransactionConflict`: such a one is tried again.
 * @returns `undefined` when the writes were made
 */
export async function transact(context: LedgerContext, items: readonly TransactItem[]): Promise<Cancelled | undefined> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await context.client.send(new TransactWriteCommand({ TransactItems: [...items] }));
      return undefined;
    } catch (error) {
      if (!(error instanceof TransactionCanceledException)) throw error;
      const reasons = error.CancellationReasons ?? [];
      const codes = reasons.map((reason) => reason.Code);
      const failed = codes.flatMap((code, place) => (code === 'ConditionalCheckFailed' ? [place] : []));
      if (failed.length > 0) {
        // The document client leaves an error's items in DynamoDB's own form.
        const found = reasons.flatMap(({ Item }, place) => (Item ? [[place, unmarshall(Item)] as const] : []));
        return { failedConditions: new Set(failed), found: new Map(found) };
      }
      if (attempt === MAX_TRIES || !codes.includes('TransactionConflict')) throw error;
      await sleep(10 * 2 ** attempt * (0.5 + Math.random()));
    }
  }
}
