import * as v from 'valibot';
import { AwsError } from '../aws-error.ts';
import { consumed, consumedList } from './consumed-capacity.ts';
import type { Database, Write } from './database.ts';
import { project } from './expression/projection.ts';
import { Placeholders } from './expression/placeholders.ts';
import { ITEM, parseInput, PLACEHOLDERS, RETURN_CONSUMED_CAPACITY, TABLE_NAME } from './input.ts';
import { ATTRIBUTES_TO_GET } from './legacy.ts';
import type { Commit } from './operations.ts';
import { readProjection } from './read-projection.ts';
import { DELETE, PUT, readDelete, readPut, readUpdate, UPDATE, type Effect } from './write-request.ts';
import type { Item } from './value.ts';

const CAPACITY = { ReturnConsumedCapacity: RETURN_CONSUMED_CAPACITY };
const OLD = { ReturnValues: v.optional(v.picklist(['NONE', 'ALL_OLD']), 'NONE'), ...CAPACITY };
const ANY = { ReturnValues: v.optional(v.picklist(['NONE', 'ALL_OLD', 'UPDATED_OLD', 'ALL_NEW', 'UPDATED_NEW']), 'NONE'), ...CAPACITY };

const PUT_ITEM = v.object({ ...PUT.entries, ...OLD });
const DELETE_ITEM = v.object({ ...DELETE.entries, ...OLD });
const UPDATE_ITEM = v.object({ ...UPDATE.entries, ...ANY });

const READ = {
  ProjectionExpression: v.optional(v.string()),
  AttributesToGet: ATTRIBUTES_TO_GET,
  ExpressionAttributeNames: PLACEHOLDERS.ExpressionAttributeNames,
  ConsistentRead: v.optional(v.boolean(), false),
};
/** The fields of one read by key, alone or in a transaction. */
export const GET = v.object({ TableName: TABLE_NAME, Key: ITEM, ...READ });
const GET_ITEM = v.object({ ...GET.entries, ...CAPACITY });
const KEYS = v.object({ Keys: v.pipe(v.array(ITEM), v.minLength(1)), ...READ });
const BATCH_GET = v.object({ RequestItems: v.record(v.string(), KEYS), ...CAPACITY });
const BATCH_WRITE = v.object({
  RequestItems: v.record(
    v.string(),
    v.pipe(
      v.array(v.object({ PutRequest: v.optional(v.object({ Item: ITEM })), DeleteRequest: v.optional(v.object({ Key: ITEM })) })),
      v.minLength(1),
    ),
  ),
  ...CAPACITY,
});

export function putItem(database: Database, commit: Commit, raw: unknown): unknown {
  const input = parseInput(PUT_ITEM, raw);
  return write(commit, readPut(database, input).evaluate(), input);
}

export function deleteItem(database: Database, commit: Commit, raw: unknown): unknown {
  const input = parseInput(DELETE_ITEM, raw);
  return write(commit, readDelete(database, input).evaluate(), input);
}

export function updateItem(database: Database, commit: Commit, raw: unknown): unknown {
  const input = parseInput(UPDATE_ITEM, raw);
  return write(commit, readUpdate(database, input).evaluate(), input);
}

export function getItem(database: Database, raw: unknown): unknown {
  const input = parseInput(GET_ITEM, raw);
  const item = readProjected(database, input.TableName, input.Key, input);
  return { ...(item && { Item: item }), ...consumed(input.ReturnConsumedCapacity, input.TableName) };
}

/** Reads one item, whole or projected. */
export function readProjected(
  database: Database,
  tableName: string,
  key: Item,
  input: Pick<v.InferOutput<typeof GET_ITEM>, keyof typeof READ>,
): Item | undefined {
  const table = database.table(tableName);
  table.checkKey(key);
  const placeholders = new Placeholders(input.ExpressionAttributeNames);
  const paths = readProjection(input, placeholders);
  placeholders.expectAllUsed();
  const item = table.get(table.idOf(key));
  return item === undefined || paths === undefined ? item : project(item, paths);
}

export function batchGetItem(database: Database, raw: unknown): unknown {
  const input = parseInput(BATCH_GET, raw);
  const tables = Object.entries(input.RequestItems);
  if (tables.reduce((sum, [, { Keys }]) => sum + Keys.length, 0) > 100) throw invalid('Too many items requested for the BatchGetItem call');
  const responses = tables.map(([name, request]) => {
    const ids = request.Keys.map((key) => database.table(name).idOf(key));
    if (new Set(ids).size < ids.length) throw invalid('Provided list of item keys contains duplicates');
    const items = request.Keys.map((key) => readProjected(database, name, key, request));
    return [name, items.filter((item) => item !== undefined)] as const;
  });
  return { Responses: Object.fromEntries(responses), UnprocessedKeys: {}, ...consumedList(input.ReturnConsumedCapacity, Object.keys(input.RequestItems)) };
}

export function batchWriteItem(database: Database, commit: Commit, raw: unknown): unknown {
  const input = parseInput(BATCH_WRITE, raw);
  const tables = Object.entries(input.RequestItems);
  const writes = tables.flatMap(([name, requests]) =>
    requests.map(({ PutRequest: put, DeleteRequest: remove }): Write => {
      if ((put === undefined) === (remove === undefined)) throw invalid('each request must be one PutRequest or one DeleteRequest');
      const table = database.table(name);
      if (put !== undefined) {
        table.check(put.Item);
        return { table: name, key: table.keyOf(put.Item), item: put.Item };
      }
      const key = remove?.Key ?? {};
      table.checkKey(key);
      return { table: name, key, item: null };
    }),
  );
  if (writes.length > 25) throw invalid('Too many items requested for the BatchWriteItem call');
  const ids = writes.map(({ table, key }) => table + database.table(table).idOf(key));
  if (new Set(ids).size < ids.length) throw invalid('Provided list of item keys contains duplicates');
  commit({ op: 'write', writes });
  return { UnprocessedItems: {}, ...consumedList(input.ReturnConsumedCapacity, Object.keys(input.RequestItems)) };
}

function write(commit: Commit, effect: Effect, input: Pick<v.InferOutput<typeof UPDATE_ITEM>, 'TableName' | 'ReturnValues' | 'ReturnConsumedCapacity'>): unknown {
  if (effect.write !== undefined && (effect.before ?? effect.after) !== undefined) commit({ op: 'write', writes: [effect.write] });
  const attributes = returned(effect, input.ReturnValues);
  const some = attributes !== undefined && Object.keys(attributes).length > 0;
  return { ...(some && { Attributes: attributes }), ...consumed(input.ReturnConsumedCapacity, input.TableName) };
}

function returned({ before, after, updated }: Effect, which: v.InferOutput<typeof UPDATE_ITEM>['ReturnValues']): Item | undefined {
  if (which === 'ALL_OLD') return before;
  if (which === 'ALL_NEW') return after;
  if (which === 'UPDATED_OLD') return before && project(before, updated);
  return which === 'UPDATED_NEW' ? after && project(after, updated) : undefined;
}

function invalid(message: string): AwsError {
  return new AwsError('ValidationException', message);
}
