/**
 * Discord keeps the last of two edits. Whoever moves a waiting job's card on therefore marks the job's row first, which works only
 * while it is in line; and a worker gives no final answer while a mark is live, as that edit could land over it.
 */
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { UpdateCommand, type UpdateCommandInput } from '@aws-sdk/lib-dynamodb';
import type { LedgerContext } from './ledger-context.ts';
import { type JobRow, jobKey, parseJobRow } from './row.ts';

/**
 * @param until epoch milliseconds by which the edit has landed, or never will
 * @returns the job's row; `undefined` when the job is not in line any more: leave its card alone
 */
export async function markCard(context: LedgerContext, jobId: string, until: number): Promise<JobRow | undefined> {
  return update(context, jobId, {
    UpdateExpression: 'SET cardMarkedUntil = :until',
    ConditionExpression: '#state = :queued',
    ExpressionAttributeNames: { '#state': 'state' },
    ExpressionAttributeValues: { ':until': until, ':queued': 'queued' },
  });
}

/** No-op when another mark has taken its place. */
export async function unmarkCard(context: LedgerContext, jobId: string, until: number): Promise<void> {
  await update(context, jobId, {
    UpdateExpression: 'REMOVE cardMarkedUntil',
    ConditionExpression: 'cardMarkedUntil = :until',
    ExpressionAttributeValues: { ':until': until },
  });
}

async function update({ client, tableName }: LedgerContext, jobId: string, change: Omit<UpdateCommandInput, 'TableName' | 'Key'>): Promise<JobRow | undefined> {
  try {
    const { Attributes } = await client.send(new UpdateCommand({ TableName: tableName, Key: jobKey(jobId), ReturnValues: 'ALL_NEW', ...change }));
    return parseJobRow(Attributes);
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return undefined;
    throw error;
  }
}
