import { GetCommand } from '@aws-sdk/lib-dynamodb';
import * as v from 'valibot';
import type { LedgerContext } from './ledger-context.ts';
import { JOB_STATES, type JobState, jobKey } from './row.ts';

const stateRow = v.object({ state: v.picklist(JOB_STATES) });

/** A job's state, as cheaply as it can be read: eventually consistent, for whoever looks again soon. */
export async function readState(context: LedgerContext, jobId: string): Promise<JobState | undefined> {
  const { Item } = await context.client.send(
    new GetCommand({ TableName: context.tableName, Key: jobKey(jobId), ProjectionExpression: '#state', ExpressionAttributeNames: { '#state': 'state' } }),
  );
  return Item && v.parse(stateRow, Item).state;
}
