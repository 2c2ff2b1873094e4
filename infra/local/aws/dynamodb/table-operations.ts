import { createHash } from 'node:crypto';
import * as v from 'valibot';
import { AwsError } from '../aws-error.ts';
import type { Database } from './database.ts';
import { parseInput, TABLE_NAME } from './input.ts';
import type { Commit } from './operations.ts';
import type { Table } from './table.ts';
import { ATTRIBUTE_DEFINITIONS, checkDefinition, INDEX, TABLE_DEFINITION } from './table-definition.ts';
import { itemBytes } from './value.ts';

const TAGS = v.array(v.object({ Key: v.string(), Value: v.string() }));
const ONE_TABLE = v.object({ TableName: TABLE_NAME });
const CREATE = v.object({ ...TABLE_DEFINITION.entries, Tags: v.optional(TAGS, []) });
const UPDATE = v.object({
  TableName: TABLE_NAME,
  AttributeDefinitions: v.optional(ATTRIBUTE_DEFINITIONS),
  BillingMode: v.optional(v.picklist(['PROVISIONED', 'PAY_PER_REQUEST'])),
  ProvisionedThroughput: TABLE_DEFINITION.entries.ProvisionedThroughput,
  DeletionProtectionEnabled: v.optional(v.boolean()),
  GlobalSecondaryIndexUpdates: v.optional(
    v.array(v.object({ Create: v.optional(INDEX), Delete: v.optional(v.object({ IndexName: v.string() })) })),
    [],
  ),
});
const LIST = v.object({ ExclusiveStartTableName: v.optional(v.string()), Limit: v.optional(v.pipe(v.number(), v.minValue(1), v.maxValue(100)), 100) });
const ENABLE_TIME_TO_LIVE = v.object({
  TableName: TABLE_NAME,
  TimeToLiveSpecification: v.object({ AttributeName: v.pipe(v.string(), v.minLength(1)), Enabled: v.boolean() }),
});
const TAG = v.object({ ResourceArn: v.string(), Tags: TAGS });
const UNTAG = v.object({ ResourceArn: v.string(), TagKeys: v.array(v.string()) });
const LIST_TAGS = v.object({ ResourceArn: v.string() });

/** Tables are there at once: the waiters of the clients find them ACTIVE. */
export function createTable(database: Database, commit: Commit, raw: unknown, now: number): unknown {
  const { Tags, ...definition } = parseInput(CREATE, raw);
  checkDefinition(definition);
  const name = definition.TableName;
  if (database.tables.has(name)) throw new AwsError('ResourceInUseException', `Table already exists: ${name}`);
  commit({ op: 'create-table', definition, at: now });
  if (Tags.length > 0) commit({ op: 'tags', table: name, tags: Object.fromEntries(Tags.map(({ Key, Value }) => [Key, Value])) });
  return { TableDescription: describe(database, database.table(name)) };
}

export function describeTable(database: Database, raw: unknown): unknown {
  return { Table: describe(database, database.table(parseInput(ONE_TABLE, raw).TableName)) };
}

export function updateTable(database: Database, commit: Commit, raw: unknown): unknown {
  const { TableName, AttributeDefinitions, GlobalSecondaryIndexUpdates, ...changes } = parseInput(UPDATE, raw);
  const { definition } = database.table(TableName);
  const removed = new Set(GlobalSecondaryIndexUpdates.map(({ Delete }) => Delete?.IndexName));
  const indexes = [
    ...definition.GlobalSecondaryIndexes.filter(({ IndexName }) => !removed.has(IndexName)),
    ...GlobalSecondaryIndexUpdates.flatMap(({ Create }) => Create ?? []),
  ];
  const used = new Set([definition, ...indexes, ...definition.LocalSecondaryIndexes].flatMap(({ KeySchema }) => KeySchema.map((key) => key.AttributeName)));
  const known = [...(AttributeDefinitions ?? []), ...definition.AttributeDefinitions];
  const definitions = [...new Map(known.map((one) => [one.AttributeName, one])).values()].filter(({ AttributeName }) => used.has(AttributeName));
  const changed = { ...definition, ...defined(changes), AttributeDefinitions: definitions, GlobalSecondaryIndexes: indexes };
  checkDefinition(changed);
  commit({ op: 'update-table', definition: changed });
  return { TableDescription: describe(database, database.table(TableName)) };
}

export function deleteTable(database: Database, commit: Commit, raw: unknown): unknown {
  const { TableName } = parseInput(ONE_TABLE, raw);
  const table = database.table(TableName);
  if (table.definition.DeletionProtectionEnabled) {
    throw new AwsError('ValidationException', "Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.");
  }
  commit({ op: 'delete-table', table: TableName });
  return { TableDescription: { ...describe(database, table), TableStatus: 'DELETING' } };
}

export function listTables(database: Database, raw: unknown): unknown {
  const { ExclusiveStartTableName: after = '', Limit } = parseInput(LIST, raw);
  const names = [...database.tables.keys()].toSorted().filter((name) => name > after);
  const page = names.slice(0, Limit);
  return { TableNames: page, ...(names.length > Limit && { LastEvaluatedTableName: page.at(-1) }) };
}

export function updateTimeToLive(database: Database, commit: Commit, raw: unknown): unknown {
  const { TableName, TimeToLiveSpecification: wanted } = parseInput(ENABLE_TIME_TO_LIVE, raw);
  const current = database.table(TableName).timeToLiveAttribute;
  if (wanted.Enabled === (current !== undefined)) {
    throw new AwsError('ValidationException', `TimeToLive is already ${wanted.Enabled ? 'enabled' : 'disabled'}`);
  }
  commit({ op: 'time-to-live', table: TableName, attribute: wanted.Enabled ? wanted.AttributeName : null });
  return { TimeToLiveSpecification: wanted };
}

export function describeTimeToLive(database: Database, raw: unknown): unknown {
  const AttributeName = database.table(parseInput(ONE_TABLE, raw).TableName).timeToLiveAttribute;
  return {
    TimeToLiveDescription: AttributeName === undefined ? { TimeToLiveStatus: 'DISABLED' } : { TimeToLiveStatus: 'ENABLED', AttributeName },
  };
}

export function tagResource(database: Database, commit: Commit, raw: unknown): unknown {
  const { ResourceArn, Tags } = parseInput(TAG, raw);
  const table = byArn(database, ResourceArn);
  const tags = { ...Object.fromEntries(table.tags), ...Object.fromEntries(Tags.map(({ Key, Value }) => [Key, Value])) };
  commit({ op: 'tags', table: table.definition.TableName, tags });
  return {};
}

export function untagResource(database: Database, commit: Commit, raw: unknown): unknown {
  const { ResourceArn, TagKeys } = parseInput(UNTAG, raw);
  const table = byArn(database, ResourceArn);
  const tags = Object.fromEntries([...table.tags].filter(([name]) => !TagKeys.includes(name)));
  commit({ op: 'tags', table: table.definition.TableName, tags });
  return {};
}

export function listTagsOfResource(database: Database, raw: unknown): unknown {
  const { tags } = byArn(database, parseInput(LIST_TAGS, raw).ResourceArn);
  return { Tags: Array.from(tags, ([Key, Value]) => ({ Key, Value })) };
}

function describe({ region }: Database, table: Table): object {
  const { GlobalSecondaryIndexes: globals, LocalSecondaryIndexes: locals, BillingMode, ProvisionedThroughput, ...definition } = table.definition;
  const arn = `arn:aws:dynamodb:${region}:000000000000:table/${definition.TableName}`;
  const bytes = Array.from(table.items()).reduce((sum, item) => sum + itemBytes(item), 0);
  const throughput = { NumberOfDecreasesToday: 0, ReadCapacityUnits: 0, WriteCapacityUnits: 0, ...ProvisionedThroughput };
  const index = (one: (typeof globals)[number]): object => ({ ...one, IndexArn: `${arn}/index/${one.IndexName}`, ItemCount: table.size, IndexSizeBytes: bytes });
  return {
    ...definition,
    TableArn: arn,
    TableId: tableId(table),
    TableStatus: 'ACTIVE',
    CreationDateTime: table.createdAt / 1000,
    ItemCount: table.size,
    TableSizeBytes: bytes,
    ProvisionedThroughput: throughput,
    ...(BillingMode === 'PAY_PER_REQUEST' && { BillingModeSummary: { BillingMode } }),
    ...(globals.length > 0 && {
      GlobalSecondaryIndexes: globals.map((one) => ({ ...index(one), IndexStatus: 'ACTIVE', ProvisionedThroughput: { ...throughput, ...one.ProvisionedThroughput } })),
    }),
    ...(locals.length > 0 && { LocalSecondaryIndexes: locals.map(index) }),
  };
}

function tableId({ definition, createdAt }: Table): string {
  const hex = createHash('sha256').update(`${definition.TableName} ${createdAt}`).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-');
}

function byArn(database: Database, arn: string): Table {
  return database.table(arn.split('/')[1] ?? arn);
}

function defined<T extends object>(fields: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as { [K in keyof T]: Exclude<T[K], undefined> };
}
