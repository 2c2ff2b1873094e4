import * as v from 'valibot';
import { AwsError } from '../aws-error.ts';
import type { Database, Write } from './database.ts';
import { applyUpdate } from './expression/apply-update.ts';
import { holds, type Condition } from './expression/condition.ts';
import { parseCondition } from './expression/parse-condition.ts';
import { parseUpdate, type UpdateAction } from './expression/parse-update.ts';
import type { Path } from './expression/path.ts';
import { Placeholders } from './expression/placeholders.ts';
import { ITEM, PLACEHOLDERS, TABLE_NAME } from './input.ts';
import { ATTRIBUTE_UPDATES, CONDITIONAL_OPERATOR, EXPECTED, expectOneStyle, legacyActions, legacyCondition } from './legacy.ts';
import type { Table } from './table.ts';
import type { Item } from './value.ts';

const CONDITIONAL = {
  TableName: TABLE_NAME,
  ...PLACEHOLDERS,
  ConditionExpression: v.optional(v.string()),
  Expected: EXPECTED,
  ConditionalOperator: CONDITIONAL_OPERATOR,
  ReturnValuesOnConditionCheckFailure: v.optional(v.picklist(['NONE', 'ALL_OLD']), 'NONE'),
};

/** The fields of one conditional write, alone or in a transaction. */
export const PUT = v.object({ ...CONDITIONAL, Item: ITEM });
export const DELETE = v.object({ ...CONDITIONAL, Key: ITEM });
export const UPDATE = v.object({ ...CONDITIONAL, Key: ITEM, UpdateExpression: v.optional(v.string()), AttributeUpdates: ATTRIBUTE_UPDATES });
export const CONDITION_CHECK = v.object({ ...CONDITIONAL, Key: ITEM, ConditionExpression: v.string() });

/** What a write would do, found by `evaluate` without doing it. */
export interface Effect {
  readonly before: Item | undefined;
  readonly after: Item | undefined;
  /** `undefined` for a condition check, which changes nothing. */
  readonly write: Write | undefined;
  /** The paths an update names. */
  readonly updated: readonly Path[];
}

/** A write that has been read and found well-formed, but not yet tried. */
export interface WriteRequest {
  readonly table: Table;
  readonly id: string;
  /** Throws ConditionalCheckFailedException, or a ValidationException when the update does not suit the item. */
  evaluate(): Effect;
}

type Conditional = Omit<v.InferOutput<typeof PUT>, 'Item'>;

export function readPut(database: Database, input: v.InferOutput<typeof PUT>): WriteRequest {
  const table = database.table(input.TableName);
  const key = table.keyOf(input.Item);
  table.check(input.Item);
  return readWrite(table, key, input, () => input.Item);
}

export function readDelete(database: Database, input: v.InferOutput<typeof DELETE>): WriteRequest {
  const table = database.table(input.TableName);
  table.checkKey(input.Key);
  return readWrite(table, input.Key, input, () => undefined);
}

/** An update of an item that is not there starts from its key alone. */
export function readUpdate(database: Database, input: v.InferOutput<typeof UPDATE>): WriteRequest {
  const table = database.table(input.TableName);
  table.checkKey(input.Key);
  const placeholders = placeholdersOf(input);
  const { UpdateExpression, AttributeUpdates, ConditionExpression, Expected } = input;
  expectOneStyle({ UpdateExpression, ConditionExpression }, { AttributeUpdates, Expected });
  const actions = UpdateExpression === undefined ? legacyActions(AttributeUpdates ?? {}) : parseUpdate(UpdateExpression, placeholders);
  checkKeysAreKept(table, actions);
  const change = (before: Item | undefined): Item => {
    const after = applyUpdate(actions, before ?? input.Key);
    table.check(after);
    return after;
  };
  return readWrite(table, input.Key, input, change, { placeholders, updated: actions.map(({ path }) => path) });
}

export function readConditionCheck(database: Database, input: v.InferOutput<typeof CONDITION_CHECK>): WriteRequest {
  const table = database.table(input.TableName);
  table.checkKey(input.Key);
  const request = readWrite(table, input.Key, input, (before) => before);
  return { ...request, evaluate: () => ({ ...request.evaluate(), write: undefined }) };
}

function readWrite(
  table: Table,
  key: Item,
  input: Conditional,
  change: (before: Item | undefined) => Item | undefined,
  update?: { readonly placeholders: Placeholders; readonly updated: readonly Path[] },
): WriteRequest {
  const id = table.idOf(key);
  const placeholders = update?.placeholders ?? placeholdersOf(input);
  const { ConditionExpression, Expected } = input;
  expectOneStyle({ ConditionExpression }, { Expected });
  const condition =
    ConditionExpression === undefined
      ? legacyCondition(Expected, input.ConditionalOperator)
      : parseCondition('ConditionExpression', ConditionExpression, placeholders);
  placeholders.expectAllUsed();
  const evaluate = (): Effect => {
    const before = table.get(id);
    expectCondition(condition, before, input.ReturnValuesOnConditionCheckFailure === 'ALL_OLD');
    const after = change(before);
    return { before, after, write: { table: input.TableName, key, item: after ?? null }, updated: update?.updated ?? [] };
  };
  return { table, id, evaluate };
}

function expectCondition(condition: Condition | undefined, before: Item | undefined, returnOld: boolean): void {
  if (condition === undefined || holds(condition, before ?? {})) return;
  const details = returnOld && before !== undefined ? { Item: before } : {};
  throw new AwsError('ConditionalCheckFailedException', 'The conditional request failed', 400, details);
}

function checkKeysAreKept(table: Table, actions: readonly UpdateAction[]): void {
  for (const { path } of actions) {
    if (path[0] !== table.keys.hash && path[0] !== table.keys.range) continue;
    throw new AwsError(
      'ValidationException',
      `One or more parameter values were invalid: Cannot update attribute ${path[0]}. This attribute is part of the key`,
    );
  }
}

function placeholdersOf({ ExpressionAttributeNames: names, ExpressionAttributeValues: values }: Conditional): Placeholders {
  return new Placeholders(names, values);
}
