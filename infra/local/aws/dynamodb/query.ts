import * as v from 'valibot';
import { AwsError } from '../aws-error.ts';
import { consumed } from './consumed-capacity.ts';
import type { Database } from './database.ts';
import { holds, type Condition } from './expression/condition.ts';
import { parseCondition } from './expression/parse-condition.ts';
import type { Path } from './expression/path.ts';
import { Placeholders } from './expression/placeholders.ts';
import { project } from './expression/projection.ts';
import { ITEM, parseInput, PLACEHOLDERS, RETURN_CONSUMED_CAPACITY, TABLE_NAME } from './input.ts';
import { ATTRIBUTES_TO_GET, COMPARISONS, CONDITIONAL_OPERATOR, expectOneStyle, legacyCondition } from './legacy.ts';
import { splitKeyCondition } from './key-condition.ts';
import { readProjection } from './read-projection.ts';
import type { Table } from './table.ts';
import { attribute, itemBytes, type Item } from './value.ts';

const MAX_PAGE_BYTES = 1024 * 1024;

const READ = {
  TableName: TABLE_NAME,
  ...PLACEHOLDERS,
  IndexName: v.optional(v.string()),
  FilterExpression: v.optional(v.string()),
  ProjectionExpression: v.optional(v.string()),
  AttributesToGet: ATTRIBUTES_TO_GET,
  ConditionalOperator: CONDITIONAL_OPERATOR,
  Select: v.optional(v.picklist(['ALL_ATTRIBUTES', 'ALL_PROJECTED_ATTRIBUTES', 'COUNT', 'SPECIFIC_ATTRIBUTES'])),
  Limit: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1, 'Member must have value greater than or equal to 1'))),
  ExclusiveStartKey: v.optional(ITEM),
  ConsistentRead: v.optional(v.boolean(), false),
  ReturnConsumedCapacity: RETURN_CONSUMED_CAPACITY,
};
const QUERY = v.object({ ...READ, KeyConditionExpression: v.optional(v.string()), KeyConditions: COMPARISONS, QueryFilter: COMPARISONS, ScanIndexForward: v.optional(v.boolean(), true) });
const SCAN = v.object({
  ...READ,
  ScanFilter: COMPARISONS,
  Segment: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0))),
  TotalSegments: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1_000_000))),
});

type Read = Omit<v.InferOutput<typeof SCAN>, 'ScanFilter' | 'Segment' | 'TotalSegments'>;

/** Items of one partition, in order of the range key, a page at a time. */
export function query(database: Database, raw: unknown): unknown {
  const input = parseInput(QUERY, raw);
  const table = database.table(input.TableName);
  const index = table.index(input.IndexName);
  const placeholders = new Placeholders(input.ExpressionAttributeNames, input.ExpressionAttributeValues);
  const { KeyConditionExpression, KeyConditions, QueryFilter } = input;
  expectOneStyle({ KeyConditionExpression }, { KeyConditions, QueryFilter });
  const condition =
    KeyConditionExpression === undefined
      ? legacyCondition(KeyConditions, 'AND')
      : parseCondition('KeyConditionExpression', KeyConditionExpression, placeholders);
  if (condition === undefined) {
    throw new AwsError('ValidationException', 'Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.');
  }
  const { hash, range } = splitKeyCondition(condition, index.keys);
  const page = readPage(table, input, placeholders, legacyCondition(QueryFilter, input.ConditionalOperator));
  const start = input.ExclusiveStartKey && { id: table.idOf(input.ExclusiveStartKey), item: input.ExclusiveStartKey };
  const items = index.partition(hash, input.ScanIndexForward, start);
  return page(range === undefined ? items : matching(items, range));
}

/** Every item of a table or index, or of one segment of it, a page at a time. */
export function scan(database: Database, raw: unknown): unknown {
  const input = parseInput(SCAN, raw);
  const table = database.table(input.TableName);
  const index = table.index(input.IndexName);
  const { Segment: segment, TotalSegments: segments } = input;
  if ((segment === undefined) !== (segments === undefined) || (segment ?? 0) >= (segments ?? 1)) {
    throw new AwsError('ValidationException', 'Segment and TotalSegments go together, and Segment is the smaller');
  }
  const placeholders = new Placeholders(input.ExpressionAttributeNames, input.ExpressionAttributeValues);
  const page = readPage(table, input, placeholders, legacyCondition(input.ScanFilter, input.ConditionalOperator));
  const start = input.ExclusiveStartKey && { id: table.idOf(input.ExclusiveStartKey), item: input.ExclusiveStartKey };
  const items = index.all(start);
  return page(segments === undefined ? items : inSegment(items, index.keys.hash, segment ?? 0, segments));
}

/** Reads the rest of the request, and returns what turns items in order into the answer. */
function readPage(table: Table, input: Read, placeholders: Placeholders, legacyFilter: Condition | undefined): (items: Iterable<Item>) => unknown {
  const { FilterExpression } = input;
  const filter = FilterExpression === undefined ? legacyFilter : parseCondition('FilterExpression', FilterExpression, placeholders);
  const paths = readProjection(input, placeholders);
  placeholders.expectAllUsed();
  const isGlobal = table.definition.GlobalSecondaryIndexes.some(({ IndexName }) => IndexName === input.IndexName);
  if (isGlobal && input.ConsistentRead) {
    throw new AwsError('ValidationException', 'Consistent reads are not supported on global secondary indexes');
  }
  const projected = input.Select === 'ALL_ATTRIBUTES' && !isGlobal ? undefined : table.projected(input.IndexName);
  return (items) => {
    const found: Item[] = [];
    let scanned = 0;
    let bytes = 0;
    let last: Item | undefined;
    let more = false;
    for (const item of items) {
      if (scanned === input.Limit || bytes >= MAX_PAGE_BYTES) {
        more = true;
        break;
      }
      scanned += 1;
      bytes += itemBytes(item);
      last = item;
      if (filter === undefined || holds(filter, item)) found.push(shown(item, projected, paths));
    }
    // As DynamoDB does, a page that reached its limit names its last key even when nothing follows.
    const ended = more || scanned === input.Limit;
    return {
      ...(input.Select !== 'COUNT' && { Items: found }),
      Count: found.length,
      ScannedCount: scanned,
      ...(ended && last !== undefined && { LastEvaluatedKey: startKey(table, input.IndexName, last) }),
      ...consumed(input.ReturnConsumedCapacity, input.TableName),
    };
  };
}

function shown(item: Item, projected: ReadonlySet<string> | undefined, paths: readonly Path[] | undefined): Item {
  const kept = projected === undefined ? item : Object.fromEntries(Object.entries(item).filter(([name]) => projected.has(name)));
  return paths === undefined ? kept : project(kept, paths);
}

function startKey(table: Table, indexName: string | undefined, item: Item): Item {
  const { hash, range } = table.index(indexName).keys;
  const names = [hash, range].flatMap((name) => name ?? []);
  const indexKey = names.flatMap((name) => {
    const value = attribute(item, name);
    return value === undefined ? [] : [[name, value] as const];
  });
  return { ...table.keyOf(item), ...Object.fromEntries(indexKey) };
}

function* matching(items: Iterable<Item>, condition: Condition): Generator<Item> {
  for (const item of items) if (holds(condition, item)) yield item;
}

function* inSegment(items: Iterable<Item>, hash: string, segment: number, segments: number): Generator<Item> {
  for (const item of items) {
    let sum = 0;
    for (const byte of Buffer.from(JSON.stringify(attribute(item, hash)))) sum = (sum * 31 + byte) % 1_000_003;
    if (sum % segments === segment) yield item;
  }
}
