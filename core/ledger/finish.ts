import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { type LedgerContext, type TransactItem, transact } from './ledger-context.ts';
import { movementWrites } from './movement.ts';
import {
  type JobRow,
  type JobState,
  OPEN_STATES,
  type Posted,
  UNCHARGED_STATES,
  expiry,
  jobKey,
  messageKey,
  parseJobRow,
} from './row.ts';

/** A job that ended without a picture for the person. Its reservation is given back. */
export interface Ending {
  readonly state: (typeof UNCHARGED_STATES)[number];
  /** For the operator and the card; never a prompt or a token. */
  readonly reason: string;
}

export async function findJob(context: LedgerContext, jobId: string): Promise<JobRow | undefined> {
  const { Item } = await context.client.send(
    new GetCommand({ TableName: context.tableName, Key: jobKey(jobId), ConsistentRead: true }),
  );
  return Item && parseJobRow(Item);
}

/**
 * Records where the pictures were posted and charges the reservation, both or neither.
 * @returns `ended` when the job had been refused, failed or cancelled meanwhile: nothing is charged then
 */
export async function markPosted(
  context: LedgerContext,
  jobId: string,
  posted: Posted,
): Promise<'posted' | 'already-posted' | 'ended'> {
  const row = await findJob(context, jobId);
  if (!row) throw new Error(`job ${jobId}: no row in the ledger, so its pictures cannot be settled`);
  const cancelled = await transact(context, [
    closeRow(context, row, { state: 'posted', from: ['painted'], set: 'posted = :posted', values: { ':posted': posted } }),
    ...movementWrites(context, { kind: 'settle', ...chargeOf(row) }),
    ...posted.messageIds.map((messageId) => indexMessage(context, messageId, posted.channelId, jobId)),
  ]);
  if (!cancelled) return 'posted';
  const now = await findJob(context, jobId);
  if (now?.state === 'posted') return 'already-posted';
  if (now && isUncharged(now.state)) return 'ended';
  throw new Error(`job ${jobId}: cannot be marked posted from state ${now?.state ?? 'unknown'}`);
}

/**
 * Ends a job without a charge: state, refund and entry in one transaction.
 * @param condition what must hold of its row besides, in DynamoDB's words
 * @returns `already-ended` when it was over before, posted ones included; `unknown` when there is no such job
 */
export async function endJob(
  context: LedgerContext,
  jobId: string,
  { state, reason }: Ending,
  condition?: string,
): Promise<'ended' | 'already-ended' | 'unknown'> {
  const row = await findJob(context, jobId);
  if (!row) return 'unknown';
  const cancelled = await transact(context, [
    closeRow(context, row, { state, from: OPEN_STATES, set: '#reason = :reason', values: { ':reason': reason }, ...(condition !== undefined && { condition }) }),
    ...movementWrites(context, { kind: 'refund', ...chargeOf(row) }),
  ]);
  return cancelled ? 'already-ended' : 'ended';
}

function chargeOf({ job, cost, accounts }: JobRow) {
  return { id: job.id, userId: job.userId, guildId: job.guildId, accounts, amount: cost };
}

interface Closing {
  readonly state: JobState;
  readonly from: readonly JobState[];
  readonly set: string;
  readonly values: Record<string, unknown>;
  readonly condition?: string;
}

function closeRow(context: LedgerContext, row: JobRow, { state, from, set, values, condition }: Closing): TransactItem {
  const origins = Object.fromEntries(from.map((name) => [`:from_${name}`, name]));
  return {
    Update: {
      TableName: context.tableName,
      Key: jobKey(row.job.id),
      // The attempt too: a job that ended meanwhile and was asked for again has another cost, maybe another payer.
      ConditionExpression: `attempt = :attempt AND #state IN (${Object.keys(origins).join(', ')})${condition === undefined ? '' : ` AND ${condition}`}`,
      UpdateExpression: `SET #state = :state, ${set} REMOVE openPk, openSk, #owner, leaseEndsAt, confirmBy`,
      ExpressionAttributeNames: {
        '#state': 'state',
        '#owner': 'owner',
        ...(set.includes('#reason') && { '#reason': 'reason' }),
      },
      ExpressionAttributeValues: { ...origins, ':attempt': row.attempt, ':state': state, ...values },
    },
  };
}

function indexMessage(context: LedgerContext, messageId: string, channelId: string, jobId: string): TransactItem {
  return {
    Put: {
      TableName: context.tableName,
      Item: { ...messageKey(messageId), jobId, channelId, ttl: expiry(context.now()) },
    },
  };
}

function isUncharged(state: JobState): boolean {
  return UNCHARGED_STATES.some((uncharged) => uncharged === state);
}
