import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { Centicredits } from '../credits.ts';
import type { Job } from '../job.ts';
import { type Balance, type Purse, balanceOf, readPurse, sharedAccounts } from './account.ts';
import { type AccountKey, parseAccountRow, personalAccounts } from './account-row.ts';
import { type LedgerContext, type TransactItem, transact } from './ledger-context.ts';
import { type Movement, putEntries, updateTotals } from './movement.ts';
import { OPEN_INDEX, SENT, UNCHARGED_STATES, UNSENT, expiry, jobKey } from './row.ts';

/** How an admission ended. */
export type Admission =
  | {
      readonly kind: 'admitted';
      readonly cost: Centicredits;
      /** The asker's, this job's cost held. */
      readonly balance: Balance;
      /** Jobs ahead in line. */
      readonly position: number;
    }
  | { readonly kind: 'already-admitted' }
  /** `balance` is of the account that fell short, with its rule: the asker's own, or a pot that they share. */
  | { readonly kind: 'out-of-credits'; readonly cost: Centicredits; readonly balance: Balance };

/** What the rules want to know of whoever asks. */
export interface Member {
  /** None in direct messages. Left out, those of the person's last admission count. */
  readonly roleIds?: readonly string[] | undefined;
  /** The channel that the job's channel is a thread of: its rule holds there too, else a thread were a way around it. */
  readonly parentChannelId?: string | undefined;
}

/** How long an admission may wait for its confirmation (unsent.ts). */
export interface Terms {
  /** What was looked at beforehand; left out, the admission looks. */
  readonly foreseen?: Foreseen | undefined;
  /** Epoch milliseconds; left out, it needs none. */
  readonly confirmBy?: number | undefined;
}

/**
 * Reserves the credits and writes the job's row, both or neither.
 * The row's conditional write is the idempotency key: the same job id is admitted once, unless it ended uncharged.
 *
 * Two round trips: what is known beforehand is read side by side, then one transaction decides.
 */
export async function admit(context: LedgerContext, job: Job, cost: Centicredits, member: Member = {}, { confirmBy, foreseen }: Terms = {}): Promise<Admission> {
  const { purse, position, at } = foreseen ?? (await foresee(context, job, member.roleIds));
  const channelIds = [job.channelId, ...(member.parentChannelId === undefined ? [] : [member.parentChannelId])];
  const reservation = await reserve(context, job, cost, { purse, channelIds, at, confirmBy });
  return reservation.kind === 'reserved' ? { kind: 'admitted', cost, balance: reservation.balance, position } : reservation;
}

/** What an admission knows before it decides, as it was at `at` (epoch ms). */
export interface Foreseen {
  readonly purse: Purse;
  /** Jobs ahead in line. */
  readonly position: number;
  readonly at: number;
}

/** Looks at what somebody has and how long the line is. `roleIds` as in {@link Member}. */
export async function foresee(context: LedgerContext, job: Pick<Job, 'id' | 'createdAt' | 'userId' | 'guildId'>, roleIds?: readonly string[]): Promise<Foreseen> {
  const at = context.now();
  const [purse, position] = await Promise.all([readPurse(context, job, at, roleIds), countAhead(context, job)]);
  return { purse, position, at };
}

/** A purse as it was read at `at` (epoch ms), and the channels whose rules hold. */
export interface Draw {
  readonly purse: Purse;
  readonly channelIds: readonly string[];
  readonly at: number;
  readonly confirmBy?: number | undefined;
}

/** The transaction of an admission. However old the purse is, no limit is broken: what is left is looked at by the database. */
export async function reserve(
  context: LedgerContext,
  job: Job,
  cost: Centicredits,
  { purse, channelIds, at, confirmBy }: Draw,
): Promise<{ readonly kind: 'reserved'; readonly balance: Balance } | Exclude<Admission, { kind: 'admitted' }>> {
  const pots = sharedAccounts(purse.rules, job.guildId, channelIds, at);
  const { roleIds } = purse;
  const unlimited = personalAccounts(job.userId, job.guildId, at).filter(({ sk }) => sk !== purse.account.span.key);
  const accounts = [
    { key: purse.account.key, most: purse.account.rule.credits, roleIds },
    ...pots.map(({ key, rule }) => ({ key, most: rule.credits })),
    ...unlimited.map((key) => ({ key, roleIds })),
  ];
  const keys = accounts.map(({ key }) => key);
  const movement: Movement = { kind: 'reserve', id: job.id, userId: job.userId, guildId: job.guildId, amount: cost, accounts: keys, asked: { roleIds, channelIds } };
  const cancelled = await transact(context, [
    writeJobRow(context, job, cost, { accounts: keys, channelIds, confirmBy }),
    ...accounts.map(({ key, ...reserving }) => updateTotals(context, key, movement, reserving)),
    ...putEntries(context, movement),
  ]);
  if (!cancelled) {
    const { used, ...totals } = purse.totals;
    return { kind: 'reserved', balance: balanceOf(purse.account, { ...totals, used: used + cost }) };
  }
  if (cancelled.failedConditions.has(0)) return { kind: 'already-admitted' };
  // The limited accounts stand first, right behind the job's row.
  const limited = [purse.account, ...pots];
  const place = limited.findIndex((_, index) => cancelled.failedConditions.has(index + 1));
  const short = limited[place] ?? purse.account;
  return { kind: 'out-of-credits', cost, balance: balanceOf(short, parseAccountRow(cancelled.found.get(place + 1))) };
}

interface Drawn {
  readonly accounts: readonly AccountKey[];
  readonly channelIds: readonly string[];
  readonly confirmBy: number | undefined;
}

function writeJobRow(context: LedgerContext, job: Job, cost: Centicredits, { accounts, channelIds, confirmBy }: Drawn): TransactItem {
  const uncharged = Object.fromEntries(UNCHARGED_STATES.map((state) => [`:${state}`, state]));
  return {
    Update: {
      TableName: context.tableName,
      Key: jobKey(job.id),
      ConditionExpression: `attribute_not_exists(pk) OR #state IN (${Object.keys(uncharged).join(', ')})`,
      UpdateExpression:
        'SET #state = :queued, #job = :job, #cost = :cost, accounts = :accounts, channelIds = :channels, openPk = :open, openSk = :place, #ttl = :ttl ' +
        `${confirmBy === undefined ? '' : ', confirmBy = :confirmBy '}REMOVE ${confirmBy === undefined ? 'confirmBy, ' : ''}` +
        '#owner, leaseEndsAt, #checkpoint, pictures, answerPlace, posted, cardMarkedUntil, #reason ADD attempt :one',
      ExpressionAttributeNames: {
        '#state': 'state',
        '#job': 'job',
        '#cost': 'cost',
        '#ttl': 'ttl',
        '#owner': 'owner',
        '#checkpoint': 'checkpoint',
        '#reason': 'reason',
      },
      ExpressionAttributeValues: {
        ...uncharged,
        ':queued': 'queued',
        ':job': job,
        ':cost': cost,
        ':accounts': accounts,
        ':channels': channelIds,
        ':open': UNSENT,
        ':place': placeInLine(job),
        ':ttl': expiry(context.now()),
        ':one': 1,
        ...(confirmBy !== undefined && { ':confirmBy': confirmBy }),
      },
    },
  };
}

/** Sorts by time of asking; job ids break ties. */
export function placeInLine(job: Pick<Job, 'createdAt' | 'id'>): string {
  return `${String(job.createdAt).padStart(15, '0')}#${job.id}`;
}

/** How many jobs on the queue or in work were asked for before this one. Eventually consistent, as every index is. */
export async function countAhead(context: LedgerContext, job: Pick<Job, 'createdAt' | 'id'>): Promise<number> {
  let count = 0;
  let startKey: Record<string, unknown> | undefined;
  do {
    const page = await context.client.send(
      new QueryCommand({
        TableName: context.tableName,
        IndexName: OPEN_INDEX,
        Select: 'COUNT',
        KeyConditionExpression: 'openPk = :open AND openSk < :place',
        ExpressionAttributeValues: { ':open': SENT, ':place': placeInLine(job) },
        ...(startKey && { ExclusiveStartKey: startKey }),
      }),
    );
    count += page.Count ?? 0;
    startKey = page.LastEvaluatedKey;
  } while (startKey);
  return count;
}
