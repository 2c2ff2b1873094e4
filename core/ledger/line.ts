import { BatchGetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import * as v from 'valibot';
import type { LedgerContext } from './ledger-context.ts';
import { type JobRow, OPEN_INDEX, SENT, jobKey, parseJobRow } from './row.ts';

const indexEntry = v.object({ pk: v.pipe(v.string(), v.startsWith('job#')) });
/** DynamoDB's own limit of one BatchGetItem. */
const MOST_KEYS = 100;

/** The ids of the jobs that are on the queue or in work, in the order they were asked for; the first `limit`. Eventually consistent. */
export async function readLine(context: LedgerContext, limit: number): Promise<readonly string[]> {
  const { Items = [] } = await context.client.send(
    new QueryCommand({
      TableName: context.tableName,
      IndexName: OPEN_INDEX,
      KeyConditionExpression: 'openPk = :open',
      ExpressionAttributeValues: { ':open': SENT },
      Limit: limit,
    }),
  );
  return Items.map((item) => v.parse(indexEntry, item).pk.slice('job#'.length));
}

/** The rows of those jobs that there are, by id. What DynamoDB leaves out under load is left out. */
export async function readJobs(context: LedgerContext, jobIds: readonly string[]): Promise<ReadonlyMap<string, JobRow>> {
  const rows = new Map<string, JobRow>();
  for (let start = 0; start < jobIds.length; start += MOST_KEYS) {
    const Keys = jobIds.slice(start, start + MOST_KEYS).map((id) => jobKey(id));
    const { Responses } = await context.client.send(new BatchGetCommand({ RequestItems: { [context.tableName]: { Keys } } }));
    for (const item of Responses?.[context.tableName] ?? []) {
      const row = parseJobRow(item);
      rows.set(row.job.id, row);
    }
  }
  return rows;
}
