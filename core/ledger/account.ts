import { GetCommand } from '@aws-sdk/lib-dynamodb';
import type { Centicredits } from '../credits.ts';
import type { LedgerContext, TransactItem } from './ledger-context.ts';
import { accountPk, expiry, parseAccountRow } from './row.ts';

/** What a person may still spend in a guild, in hundredths of a credit. */
export interface Balance {
  readonly limit: Centicredits;
  /** Charged for posted pictures. */
  readonly spent: Centicredits;
  /** Held for jobs that are not over yet. */
  readonly reserved: Centicredits;
  readonly left: Centicredits;
  /** Epoch seconds at which the day ends (UTC) and the limit starts anew. */
  readonly resetsAt: number;
}

const DAY_MS = 24 * 3600 * 1000;

export function accountDay(nowMs: number): string {
  return `day#${new Date(nowMs).toISOString().slice(0, 10)}`;
}

export async function readBalance(context: LedgerContext, userId: string, guildId: string | null): Promise<Balance> {
  const now = context.now();
  const { Item } = await context.client.send(
    new GetCommand({
      TableName: context.tableName,
      Key: { pk: accountPk(userId, guildId), sk: accountDay(now) },
      ConsistentRead: true,
    }),
  );
  const { used, spent } = parseAccountRow(Item);
  return {
    limit: context.dailyLimit,
    spent,
    reserved: used - spent,
    left: Math.max(0, context.dailyLimit - used),
    resetsAt: (Math.floor(now / DAY_MS) + 1) * (DAY_MS / 1000),
  };
}

export type EntryKind = 'reserve' | 'settle' | 'refund';

/** One movement of credits: whose account, on which day, for which job. */
export interface Movement {
  readonly kind: EntryKind;
  readonly jobId: string;
  readonly userId: string;
  readonly guildId: string | null;
  readonly day: string;
  readonly amount: Centicredits;
}

/** The two writes of a movement: the account's totals, and the entry that tells how they came about. */
export function movementWrites(context: LedgerContext, movement: Movement): readonly [TransactItem, TransactItem] {
  return [updateTotals(context, movement), putEntry(context, movement)];
}

function updateTotals(context: LedgerContext, { kind, userId, guildId, day, amount }: Movement): TransactItem {
  const update = {
    TableName: context.tableName,
    Key: { pk: accountPk(userId, guildId), sk: day },
    ExpressionAttributeNames: { '#total': kind === 'settle' ? 'spent' : 'used', '#ttl': 'ttl' },
    UpdateExpression: 'ADD #total :amount SET #ttl = :ttl',
    ExpressionAttributeValues: { ':amount': kind === 'refund' ? -amount : amount, ':ttl': expiry(context.now()) },
  };
  if (kind !== 'reserve') return { Update: update };
  return {
    Update: {
      ...update,
      ConditionExpression: 'attribute_not_exists(#total) OR #total <= :room',
      ExpressionAttributeValues: { ...update.ExpressionAttributeValues, ':room': context.dailyLimit - amount },
    },
  };
}

function putEntry(context: LedgerContext, { kind, jobId, userId, guildId, day, amount }: Movement): TransactItem {
  const now = context.now();
  return {
    Put: {
      TableName: context.tableName,
      Item: {
        pk: accountPk(userId, guildId),
        sk: `entry#${now}#${jobId}#${kind}`,
        kind,
        jobId,
        day,
        amount,
        at: now,
        ttl: expiry(now),
      },
    },
  };
}
