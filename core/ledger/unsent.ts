import { QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import * as v from 'valibot';
import type { Job } from '../job.ts';
import { placeInLine } from './admit.ts';
import { endJob, findJob } from './finish.ts';
import type { LedgerContext } from './ledger-context.ts';
import { OPEN_INDEX, SENT, UNSENT, jobKey } from './row.ts';

/**
 * An admission whose asker waits for the answer is two-fold: the row, then its confirmation, made while there is time to say that the
 * job is in line. Who answered "too slow" may be stopped the moment it has answered, as a Lambda is, with the row written and the message
 * sent. Without the confirmation nobody begins such a job, and whoever finds it gives it up.
 */

/** At most this many a call: whoever sends them again asks once more. */
const BATCH = 25;

const indexEntry = v.object({ pk: v.pipe(v.string(), v.startsWith('job#')) });

/** Moves a job from `unsent` to `open`; no-op for one that is neither, since it is over. */
export async function markSent(context: LedgerContext, jobId: string): Promise<void> {
  try {
    await context.client.send(
      new UpdateCommand({
        TableName: context.tableName,
        Key: jobKey(jobId),
        UpdateExpression: 'SET openPk = :sent',
        ConditionExpression: 'openPk = :unsent',
        ExpressionAttributeValues: { ':sent': SENT, ':unsent': UNSENT },
      }),
    );
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
  }
}

/** Its asker can still be told. @returns `false` when the job is over already: they must be told so */
export async function confirm(context: LedgerContext, jobId: string): Promise<boolean> {
  try {
    await context.client.send(
      new UpdateCommand({
        TableName: context.tableName,
        Key: jobKey(jobId),
        UpdateExpression: 'REMOVE confirmBy',
        ConditionExpression: '#state = :queued',
        ExpressionAttributeNames: { '#state': 'state' },
        ExpressionAttributeValues: { ':queued': 'queued' },
      }),
    );
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}

/** Ends a job that was never confirmed, uncharged; no-op for any other. */
export async function giveUpUnconfirmed(context: LedgerContext, jobId: string): Promise<void> {
  await endJob(context, jobId, { state: 'cancelled', reason: 'too-slow' }, 'attribute_exists(confirmBy)');
}

export interface Unsent {
  readonly job: Job;
  /** Its asker was told that it is in line, or is told nothing. */
  readonly isConfirmed: boolean;
}

/** Jobs asked for before `cutoff` (epoch ms) whose sender died, or could not say that it had sent them. */
export async function unsentSince(context: LedgerContext, cutoff: number): Promise<readonly Unsent[]> {
  const { Items = [] } = await context.client.send(
    new QueryCommand({
      TableName: context.tableName,
      IndexName: OPEN_INDEX,
      KeyConditionExpression: 'openPk = :unsent AND openSk < :place',
      ExpressionAttributeValues: { ':unsent': UNSENT, ':place': placeInLine({ createdAt: cutoff, id: '' }) },
      Limit: BATCH,
    }),
  );
  const rows = await Promise.all(Items.map((item) => findJob(context, v.parse(indexEntry, item).pk.slice('job#'.length))));
  return rows.flatMap((row) => (row?.state === 'queued' ? [{ job: row.job, isConfirmed: row.confirmBy === undefined }] : []));
}
