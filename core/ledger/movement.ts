import { randomUUID } from 'node:crypto';
import type { Centicredits } from '../credits.ts';
import { placeKey } from '../person/person-rows.ts';
import { dateOf } from '../quota/period.ts';
import { type AccountKey, accountPk } from './account-row.ts';
import type { LedgerContext, TransactItem } from './ledger-context.ts';
import { expiry } from './row.ts';

export const ENTRY_KINDS = ['reserve', 'settle', 'refund', 'grant', 'reset'] as const;
export type EntryKind = (typeof ENTRY_KINDS)[number];

/** One movement of credits, in all the accounts that it concerns. */
export interface Movement {
  readonly kind: EntryKind;
  /** The job's; of a grant or a reset, the interaction's. */
  readonly id: string;
  readonly userId: string;
  readonly guildId: string | null;
  /** Of a reset, what it forgave: less than zero where unused grants ended with it. */
  readonly amount: Centicredits;
  readonly accounts: readonly AccountKey[];
  /** Who asked for it and where, for a replay under other rules; with reservations alone. */
  readonly asked?: { readonly roleIds: readonly string[]; readonly channelIds: readonly string[] };
}

/** What a movement adds to the totals of each of its accounts. */
const EFFECTS: Readonly<Record<EntryKind, Readonly<Partial<Record<'used' | 'spent' | 'granted', 1 | -1>>>>> = {
  reserve: { used: 1 },
  settle: { spent: 1 },
  refund: { used: -1 },
  grant: { used: -1, granted: 1 },
  reset: { used: -1, granted: 1 },
};

/** What a reservation does to an account besides its amount. */
export interface Reserving {
  /** It is made only if the account has then used no more than this. */
  readonly most?: Centicredits | undefined;
  /** The person's roles, to be remembered. */
  readonly roleIds?: readonly string[] | undefined;
}

export function updateTotals(context: LedgerContext, key: AccountKey, { kind, amount }: Movement, { most, roleIds }: Reserving = {}): TransactItem {
  const totals = Object.entries(EFFECTS[kind]);
  const room = most === undefined ? undefined : most - amount;
  return {
    Update: {
      TableName: context.tableName,
      Key: key,
      UpdateExpression: `ADD ${totals.map(([total]) => `#${total} :${total}`).join(', ')} SET #ttl = :ttl${roleIds ? ', roleIds = :roles' : ''}`,
      ExpressionAttributeNames: { ...Object.fromEntries(totals.map(([total]) => [`#${total}`, total])), '#ttl': 'ttl' },
      ExpressionAttributeValues: {
        ...Object.fromEntries(totals.map(([total, sign]) => [`:${total}`, sign * amount])),
        ':ttl': expiry(context.now()),
        ...(roleIds && { ':roles': roleIds }),
        ...(room !== undefined && { ':room': room }),
      },
      ...(room !== undefined && {
        // An account without a row has used nothing; that is too much all the same where the limit is below the cost.
        ConditionExpression: room >= 0 ? 'attribute_not_exists(#used) OR #used <= :room' : '#used <= :room',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      }),
    },
  };
}

/**
 * The entry that tells how the totals came about, twice: among the person's own, and in the guild's journal of the day,
 * which a replay under other rules reads. The person's partition notes the place.
 */
export function putEntries(context: LedgerContext, movement: Movement): readonly TransactItem[] {
  const { kind, id, userId, guildId, amount, accounts, asked } = movement;
  const at = context.now();
  // Two movements of one job may fall in one millisecond: then the reservation was first.
  const place = `${at}#${kind === 'reserve' ? 0 : 1}#${id}#${kind}#${randomUUID().slice(0, 8)}`;
  const entry = { kind, id, amount, at, ttl: expiry(at) };
  const put = (item: Record<string, unknown>): TransactItem => ({ Put: { TableName: context.tableName, Item: item } });
  const own = put({ pk: accountPk(userId, guildId), sk: `entry#${place}`, ...entry, accounts });
  // So that everything about a person is found from their id alone.
  const where = put({ ...placeKey(userId, guildId), at, ttl: expiry(at) });
  if (guildId === null) return [own, where];
  return [own, where, put({ pk: journalPk(guildId, at), sk: place, ...entry, userId, ...asked })];
}

/** A guild's journal has a partition a day. */
export function journalPk(guildId: string, at: number): string {
  return `journal#${guildId}#${dateOf(at)}`;
}

/** All writes of a movement that nothing limits. */
export function movementWrites(context: LedgerContext, movement: Movement): readonly TransactItem[] {
  return [...movement.accounts.map((key) => updateTotals(context, key, movement)), ...putEntries(context, movement)];
}
