import { BatchGetCommand, type BatchGetCommandInput, type BatchGetCommandOutput, QueryCommand, type QueryCommandOutput } from '@aws-sdk/lib-dynamodb';
import * as v from 'valibot';
import { accountPk } from '../ledger/account-row.ts';
import type { LedgerContext } from '../ledger/ledger-context.ts';
import { jobKey } from '../ledger/row.ts';

const anyRow = v.looseObject({ pk: v.string(), sk: v.string() });
type Row = v.InferOutput<typeof anyRow>;

/** What is stored about a person, seen from one guild (`null`: from direct messages), as the rows are. */
export interface PersonData {
  readonly accounts: readonly Row[];
  readonly entries: readonly Row[];
  readonly jobs: readonly Row[];
  readonly terms: readonly Row[];
}

/** DynamoDB's own limit of one BatchGetItem. */
const MOST_KEYS = 100;

/**
 * Reads everything about a person, page by page: their accounts and entries in a guild, the jobs that those name, and what
 * they accepted anywhere. Jobs come without interaction tokens, which are keys rather than data about a person.
 */
export async function readPersonData(context: LedgerContext, userId: string, guildId: string | null): Promise<PersonData> {
  const [own, person] = await Promise.all([readPartition(context, accountPk(userId, guildId)), readPartition(context, `person#${userId}`)]);
  const entries = own.filter(({ sk }) => sk.startsWith('entry#'));
  const accounts = own.filter(({ sk }) => !sk.startsWith('entry#'));
  const jobIds = new Set(entries.flatMap((entry) => (entry['kind'] === 'reserve' && typeof entry['id'] === 'string' ? [entry['id']] : [])));
  const jobs = await readJobRows(context, [...jobIds]);
  const isOwn = (row: Row) => v.is(v.object({ job: v.object({ userId: v.literal(userId) }) }), row);
  return { accounts, entries, jobs: jobs.filter(isOwn).map(withoutToken), terms: person.map(withoutToken) };
}

async function readPartition({ client, tableName }: LedgerContext, pk: string): Promise<readonly Row[]> {
  const rows: Row[] = [];
  let startKey: Record<string, unknown> | undefined;
  do {
    const page: QueryCommandOutput = await client.send(
      new QueryCommand({ TableName: tableName, KeyConditionExpression: 'pk = :pk', ExpressionAttributeValues: { ':pk': pk }, ConsistentRead: true, ...(startKey && { ExclusiveStartKey: startKey }) }),
    );
    rows.push(...(page.Items ?? []).map((item) => v.parse(anyRow, item)));
    startKey = page.LastEvaluatedKey;
  } while (startKey);
  return rows;
}

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

const tokenHolder = v.looseObject({ job: v.looseObject({ reply: v.looseObject({ token: v.string() }) }) });

function withoutToken(row: Row): Row {
  if (!v.is(tokenHolder, row)) return row;
  const { token: _, ...reply } = row.job.reply;
  return { ...row, job: { ...row.job, reply } };
}
