import { QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import * as v from 'valibot';
import type { Job } from '../job.ts';
import { placeInLine } from './admit.ts';
import { findJob } from './finish.ts';
import type { LedgerContext } from './ledger-context.ts';
import { OPEN_INDEX, SENT, UNSENT, jobKey } from './row.ts';

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

/** Jobs asked for before `cutoff` (epoch ms) whose sender died, or could not say that it had sent them. */
export async function unsentSince(context: LedgerContext, cutoff: number): Promise<readonly Job[]> {
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
  return rows.flatMap((row) => (row?.state === 'queued' ? [row.job] : []));
}
