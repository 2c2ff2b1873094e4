import { BatchGetCommand, type BatchGetCommandInput, type BatchGetCommandOutput, QueryCommand, type QueryCommandOutput } from '@aws-sdk/lib-dynamodb';
import * as v from 'valibot';
import { accountPk } from '../ledger/account-row.ts';
import type { LedgerContext } from '../ledger/ledger-context.ts';
import { jobKey } from '../ledger/row.ts';
import { PERIODS } from '../quota/period.ts';
import { type Row, anyRow } from './person-rows.ts';

/** Some of a person's entries in one place, oldest first, and those jobs of theirs that the entries name. */
export interface WalkedPage {
  readonly entries: readonly Row[];
  readonly jobs: readonly Row[];
}

/**
 * Goes through a person's entries in a server, or in direct messages (`null`), and from them to their jobs. What has been
 * seen may be deleted meanwhile. A job of several entries may come with several pages.
 * @param pageSize entries a page; as many as DynamoDB gives, when left out
 */
export async function* walkEntries(context: LedgerContext, userId: string, guildId: string | null, pageSize?: number): AsyncGenerator<WalkedPage> {
  for await (const entries of readPages(context, { pk: accountPk(userId, guildId), begin: 'entry#', pageSize })) {
    const ids = new Set(entries.flatMap((entry) => (!isAdjustment(entry) && typeof entry['id'] === 'string' ? [entry['id']] : [])));
    const rows = await readJobRows(context, [...ids]);
    const isOwn = (row: Row) => v.is(v.object({ job: v.object({ userId: v.literal(userId) }) }), row);
    yield { entries, jobs: rows.filter(isOwn) };
  }
}

/** Of an admin's doing: it names an interaction, and no job. */
export function isAdjustment(entry: Row): boolean {
  return entry['kind'] === 'grant' || entry['kind'] === 'reset';
}

/** All rows of a partition, or those whose sort key begins like this. */
export async function readPartition(context: LedgerContext, pk: string, begin?: string): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for await (const page of readPages(context, { pk, begin })) rows.push(...page);
  return rows;
}

/** The account rows of a person in a place: what was used, by day, week and month. */
export async function readAccountRows(context: LedgerContext, userId: string, guildId: string | null): Promise<readonly Row[]> {
  const pk = accountPk(userId, guildId);
  return (await Promise.all(PERIODS.map((period) => readPartition(context, pk, `${period}#`)))).flat();
}

async function* readPages({ client, tableName }: LedgerContext, { pk, begin, pageSize }: { readonly pk: string; readonly begin?: string | undefined; readonly pageSize?: number | undefined }): AsyncGenerator<readonly Row[]> {
  let startKey: Record<string, unknown> | undefined;
  do {
    const page: QueryCommandOutput = await client.send(
      new QueryCommand({
        TableName: tableName,
        KeyConditionExpression: begin === undefined ? 'pk = :pk' : 'pk = :pk AND begins_with(sk, :begin)',
        ExpressionAttributeValues: { ':pk': pk, ...(begin !== undefined && { ':begin': begin }) },
        ConsistentRead: true,
        ...(pageSize !== undefined && { Limit: pageSize }),
        ...(startKey && { ExclusiveStartKey: startKey }),
      }),
    );
    yield (page.Items ?? []).map((item) => v.parse(anyRow, item));
    startKey = page.LastEvaluatedKey;
  } while (startKey);
}

/** DynamoDB's own limit of one BatchGetItem. */
const MOST_KEYS = 100;

async function readJobRows({ client, tableName }: LedgerContext, jobIds: readonly string[]): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (let start = 0; start < jobIds.length; start += MOST_KEYS) {
    const Keys = jobIds.slice(start, start + MOST_KEYS).map((id) => jobKey(id));
    let wanted: BatchGetCommandInput['RequestItems'] = { [tableName]: { Keys, ConsistentRead: true } };
    while (wanted && Object.keys(wanted).length > 0) {
      const { Responses, UnprocessedKeys }: BatchGetCommandOutput = await client.send(new BatchGetCommand({ RequestItems: wanted }));
      rows.push(...(Responses?.[tableName] ?? []).map((item) => v.parse(anyRow, item)));
      wanted = UnprocessedKeys;
    }
  }
  return rows;
}
