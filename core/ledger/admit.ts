import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { Centicredits } from '../credits.ts';
import type { Job } from '../job.ts';
import { type Balance, accountDay, movementWrites, readBalance } from './account.ts';
import { type LedgerContext, type TransactItem, transact } from './ledger-context.ts';
import { OPEN_INDEX, SENT, UNCHARGED_STATES, UNSENT, expiry, jobKey } from './row.ts';

/** How an admission ended. */
export type Admission =
  | {
      readonly kind: 'admitted';
      readonly cost: Centicredits;
      readonly balance: Balance;
      /** Jobs ahead in line. */
      readonly position: number;
    }
  | { readonly kind: 'already-admitted' }
  | { readonly kind: 'out-of-credits'; readonly cost: Centicredits; readonly balance: Balance };

/**
 * Reserves the credits and writes the job's row, both or neither.
 * The row's conditional write is the idempotency key: the same job id is admitted once, unless it ended uncharged.
 */
export async function admit(context: LedgerContext, job: Job, cost: Centicredits): Promise<Admission> {
  const { userId, guildId } = job;
  if (cost > context.dailyLimit) return outOfCredits(context, job, cost);
  const day = accountDay(context.now());
  const cancelled = await transact(context, [
    writeJobRow(context, job, cost, day),
    ...movementWrites(context, { kind: 'reserve', jobId: job.id, userId, guildId, day, amount: cost }),
  ]);
  if (cancelled?.failedConditions.has(0)) return { kind: 'already-admitted' };
  if (cancelled) return outOfCredits(context, job, cost);
  const [balance, position] = await Promise.all([readBalance(context, userId, guildId), countAhead(context, job)]);
  return { kind: 'admitted', cost, balance, position };
}

async function outOfCredits(context: LedgerContext, job: Job, cost: Centicredits): Promise<Admission> {
  return { kind: 'out-of-credits', cost, balance: await readBalance(context, job.userId, job.guildId) };
}

function writeJobRow(context: LedgerContext, job: Job, cost: Centicredits, day: string): TransactItem {
  const uncharged = Object.fromEntries(UNCHARGED_STATES.map((state) => [`:${state}`, state]));
  return {
    Update: {
      TableName: context.tableName,
      Key: jobKey(job.id),
      ConditionExpression: `attribute_not_exists(pk) OR #state IN (${Object.keys(uncharged).join(', ')})`,
      UpdateExpression:
        'SET #state = :queued, #job = :job, #cost = :cost, accountDay = :day, openPk = :open, openSk = :place, #ttl = :ttl ' +
        'REMOVE #owner, leaseEndsAt, #checkpoint, pictures, posted, #reason ADD attempt :one',
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
        ':day': day,
        ':open': UNSENT,
        ':place': placeInLine(job),
        ':ttl': expiry(context.now()),
        ':one': 1,
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
