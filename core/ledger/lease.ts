import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { UpdateCommand, type UpdateCommandInput } from '@aws-sdk/lib-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LedgerContext } from './ledger-context.ts';
import { giveUpUnconfirmed } from './unsent.ts';
import { type AnswerPlace, type Checkpoint, type JobRow, type JobState, SENT, type StoredPicture, jobKey, parseJobRow } from './row.ts';

/** What a worker that received a job may do with it. */
export type Claim =
  /** Paint it. The row may hold a checkpoint to go on from. */
  | { readonly kind: 'claimed'; readonly row: JobRow }
  /** It was painted by a worker that died before posting: only posting is left. */
  | { readonly kind: 'resume-post'; readonly row: JobRow }
  /** A duplicate delivery of a job that is over: delete the message. */
  | { readonly kind: 'finished'; readonly row: JobRow }
  /** Another worker holds the lease: leave the message alone. */
  | { readonly kind: 'running-elsewhere' }
  /** No such row: the job was never admitted, or its row has expired. */
  | { readonly kind: 'unknown' };

/** Another worker took the job over, or it ended, while this one still worked on it. Stop: nothing of it may be posted. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost';
}

interface Change {
  readonly set: string;
  readonly condition: string;
  readonly names?: Record<string, string>;
  readonly values: Record<string, unknown>;
}

type Changed = { readonly made: true; readonly row: JobRow } | { readonly made: false; readonly row: JobRow | undefined };

const FREE_LEASE = '(attribute_not_exists(leaseEndsAt) OR leaseEndsAt <= :now)';
const MINE = '#owner = :owner AND #state IN (:running, :painted)';

/** A message can be faster than its job's confirmation. */
const LOOK_AGAIN_MS = 100;
/** Clocks differ: a confirmation is waited for so much longer. */
const SLACK_MS = 5000;

/**
 * Takes the lease of a queued job, or of one whose lease has ended. Owners are unique to a process, so none claims twice.
 * One that is still to be confirmed is waited for, a few seconds at most, and given up where nobody has confirmed it (unsent.ts).
 */
export async function claim(context: LedgerContext, jobId: string, owner: string, leaseSeconds: number): Promise<Claim> {
  for (;;) {
    const outcome = await tryToClaim(context, jobId, owner, leaseSeconds);
    if (outcome.kind !== 'unconfirmed') return outcome;
    if (context.now() < outcome.confirmBy + SLACK_MS) await sleep(LOOK_AGAIN_MS);
    else await giveUpUnconfirmed(context, jobId);
  }
}

async function tryToClaim(context: LedgerContext, jobId: string, owner: string, leaseSeconds: number): Promise<Claim | { readonly kind: 'unconfirmed'; readonly confirmBy: number }> {
  const now = context.now();
  const values = { ':owner': owner, ':end': now + leaseSeconds * 1000, ':now': now };
  const names = { '#owner': 'owner' };
  const fresh = await change(context, jobId, {
    set: 'SET #state = :running, #owner = :owner, leaseEndsAt = :end, openPk = :sent',
    condition: `(#state = :queued AND attribute_not_exists(confirmBy)) OR (#state = :running AND ${FREE_LEASE})`,
    names,
    values: { ...values, ':queued': 'queued', ':running': 'running', ':sent': SENT },
  });
  if (fresh.made) return { kind: 'claimed', row: fresh.row };
  if (!fresh.row) return { kind: 'unknown' };
  if (fresh.row.state === 'queued') return { kind: 'unconfirmed', confirmBy: fresh.row.confirmBy ?? 0 };
  if (isFinal(fresh.row.state)) return { kind: 'finished', row: fresh.row };

  const painted = await change(context, jobId, {
    set: 'SET #owner = :owner, leaseEndsAt = :end',
    condition: `#state = :painted AND ${FREE_LEASE}`,
    names,
    values: { ...values, ':painted': 'painted' },
  });
  return painted.made ? { kind: 'resume-post', row: painted.row } : { kind: 'running-elsewhere' };
}

/** @returns whether the lease was still ours to extend */
export async function extendLease(
  context: LedgerContext,
  jobId: string,
  owner: string,
  leaseSeconds: number,
): Promise<boolean> {
  const { made } = await changeMine(context, jobId, owner, 'SET leaseEndsAt = :end', {
    ':end': context.now() + leaseSeconds * 1000,
  });
  return made;
}

/** Gives a job back, so that the next worker may claim it at once. A painted one keeps its pictures. */
export async function release(context: LedgerContext, jobId: string, owner: string): Promise<void> {
  await changeMine(context, jobId, owner, 'SET leaseEndsAt = :ended', { ':ended': 0 });
}

/** @throws {LeaseLost} */
export async function saveCheckpoint(
  context: LedgerContext,
  jobId: string,
  owner: string,
  checkpoint: Checkpoint,
): Promise<void> {
  const { made } = await changeMine(context, jobId, owner, 'SET checkpoint = :checkpoint', { ':checkpoint': checkpoint });
  if (!made) throw new LeaseLost(`job ${jobId}: the lease was lost before its checkpoint was saved`);
}

/** @throws {LeaseLost} */
export async function markPainted(
  context: LedgerContext,
  jobId: string,
  owner: string,
  pictures: readonly StoredPicture[],
): Promise<void> {
  const { made } = await changeMine(context, jobId, owner, 'SET #state = :painted, pictures = :pictures', {
    ':pictures': pictures,
  });
  if (!made) throw new LeaseLost(`job ${jobId}: the lease was lost before its pictures were stored`);
}

/** Notes where the final answer goes, before it does. @throws {LeaseLost} */
export async function recordPlace(context: LedgerContext, jobId: string, owner: string, place: AnswerPlace): Promise<void> {
  const { made } = await changeMine(context, jobId, owner, 'SET answerPlace = :place', { ':place': place });
  if (!made) throw new LeaseLost(`job ${jobId}: the lease was lost before its answer was given`);
}

function changeMine(
  context: LedgerContext,
  jobId: string,
  owner: string,
  set: string,
  values: Record<string, unknown>,
): Promise<Changed> {
  return change(context, jobId, {
    set,
    condition: MINE,
    names: { '#owner': 'owner' },
    values: { ...values, ':owner': owner, ':running': 'running', ':painted': 'painted' },
  });
}

async function change(context: LedgerContext, jobId: string, { set, condition, names, values }: Change): Promise<Changed> {
  const input: UpdateCommandInput = {
    TableName: context.tableName,
    Key: jobKey(jobId),
    UpdateExpression: set,
    ConditionExpression: condition,
    ExpressionAttributeNames: { '#state': 'state', ...names },
    ExpressionAttributeValues: values,
    ReturnValues: 'ALL_NEW',
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  };
  try {
    const { Attributes } = await context.client.send(new UpdateCommand(input));
    return { made: true, row: parseJobRow(Attributes) };
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    // The document client leaves an error's item in DynamoDB's own form.
    return { made: false, row: error.Item && parseJobRow(unmarshall(error.Item)) };
  }
}

function isFinal(state: JobState): boolean {
  return state !== 'queued' && state !== 'running' && state !== 'painted';
}
