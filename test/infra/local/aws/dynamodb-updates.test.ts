import {
  QueryCommand,
  ScanCommand,
  TransactGetItemsCommand,
  TransactionCanceledException,
  TransactWriteItemsCommand,
  UpdateItemCommand,
  type Condition,
  type ExpectedAttributeValue,
  type QueryCommandInput,
  type TransactWriteItem,
} from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { errorName, startTestAws, type TestAws } from './start-test-aws.ts';
import { KEY, tableActions, type Item } from './table-actions.ts';

let local: TestAws;

beforeAll(async () => {
  local = await startTestAws();
});
afterAll(() => local.close());

const { newTable, put, get, update } = tableActions(() => local.dynamodb);

describe.concurrent('updates', () => {
  const start: Item = { ...KEY, n: { N: '5' }, l: { L: [{ N: '0' }, { N: '1' }, { N: '2' }] }, set: { SS: ['x', 'y'] }, m: { M: { a: { N: '1' } } } };
  const v: Item = { ':n': { N: '2' }, ':l': { L: [{ N: '9' }] }, ':set': { SS: ['y', 'z'] }, ':all': { SS: ['x', 'y'] }, ':s': { S: 'new' } };

  const cases: readonly (readonly [expression: string, changed: Record<string, unknown>])[] = [
    ['SET n = n + :n', { n: { N: '7' } }],
    ['SET n = :n - n', { n: { N: '-3' } }],
    ['SET fresh = :s, m.b = :s', { fresh: { S: 'new' }, m: { M: { a: { N: '1' }, b: { S: 'new' } } } }],
    ['SET fresh = if_not_exists(fresh, :s), n = if_not_exists(n, :n)', { fresh: { S: 'new' }, n: { N: '5' } }],
    ['SET n = if_not_exists(absent, :n) + :n', { n: { N: '4' } }],
    ['SET l = list_append(l, :l)', { l: { L: [{ N: '0' }, { N: '1' }, { N: '2' }, { N: '9' }] } }],
    ['SET l = list_append(:l, l)', { l: { L: [{ N: '9' }, { N: '0' }, { N: '1' }, { N: '2' }] } }],
    ['SET l[1] = :s, l[10] = :n', { l: { L: [{ N: '0' }, { S: 'new' }, { N: '2' }, { N: '2' }] } }],
    ['SET n = l[0], fresh = n', { n: { N: '0' }, fresh: { N: '5' } }],
    ['REMOVE n, m.a', { n: undefined, m: { M: {} } }],
    ['REMOVE l[0], l[1]', { l: { L: [{ N: '2' }] } }],
    ['ADD n :n, fresh :n', { n: { N: '7' }, fresh: { N: '2' } }],
    ['ADD #set :set', { set: { SS: ['x', 'y', 'z'] } }],
    ['DELETE #set :set', { set: { SS: ['x'] } }],
    ['DELETE #set :all', { set: undefined }],
    ['SET fresh = :s REMOVE n ADD k :n DELETE #set :set', { fresh: { S: 'new' }, n: undefined, k: { N: '2' }, set: { SS: ['x'] } }],
  ];

  test.each(cases)('%s', async (expression, changed) => {
    const table = await newTable();
    await put(table, start);
    const values = Object.fromEntries(Object.entries(v).filter(([name]) => new RegExp(`${name}\\b`).test(expression)));
    const names = expression.includes('#set') ? { ExpressionAttributeNames: { '#set': 'set' } } : {};
    const after = await update(table, KEY, expression, { ...(Object.keys(values).length > 0 && { values }), ...names });
    expect({ ...after }).toEqual(Object.fromEntries(Object.entries({ ...start, ...changed }).filter(([, value]) => value !== undefined)));
    expect(await get(table, KEY)).toEqual(after);
  });

  test('an update of an item that is not there makes it, from its key', async () => {
    const table = await newTable();
    expect(await update(table, KEY, 'ADD n :n', { values: { ':n': { N: '1' } } })).toEqual({ ...KEY, n: { N: '1' } });
  });

  test('an update returns old or new, all or only what it touched', async () => {
    const table = await newTable();
    await put(table, start);
    const bump = (ReturnValues: 'NONE' | 'ALL_OLD' | 'UPDATED_OLD' | 'ALL_NEW' | 'UPDATED_NEW') =>
      update(table, KEY, 'SET n = n + :n, m.a = :n', { values: { ':n': { N: '2' } }, ReturnValues });
    expect(await bump('UPDATED_OLD')).toEqual({ n: { N: '5' }, m: { M: { a: { N: '1' } } } });
    expect(await bump('UPDATED_NEW')).toEqual({ n: { N: '9' }, m: { M: { a: { N: '2' } } } });
    expect(await bump('ALL_OLD')).toMatchObject({ ...KEY, n: { N: '9' } });
    expect(await bump('NONE')).toBeUndefined();
    expect(await bump('ALL_NEW')).toMatchObject({ ...KEY, n: { N: '15' } });
  });

  test('numbers are exact to 38 digits', async () => {
    const table = await newTable();
    await put(table, { ...KEY, n: { N: '99999999999999999999999999999999999.99' } });
    expect(await update(table, KEY, 'SET n = n + :n', { values: { ':n': { N: '0.01' } } })).toMatchObject({ n: { N: '1' + '0'.repeat(35) } });
  });

  test('an update that cannot be done is refused and changes nothing', async () => {
    const table = await newTable();
    await put(table, start);
    const values = { ':s': { S: 'x' }, ':n': { N: '1' } };
    const bad: readonly (readonly [string, Item?])[] = [
      ['SET pk = :s', { ':s': values[':s'] }],
      ['SET n = n + :s', { ':s': values[':s'] }],
      ['SET n = absent + :n', { ':n': values[':n'] }],
      ['SET x.y = :n', { ':n': values[':n'] }],
      ['SET n = :n, n = :n', { ':n': values[':n'] }],
      ['SET m = :n, m.a = :n', { ':n': values[':n'] }],
      ['SET n = :n SET l = :n', { ':n': values[':n'] }],
      ['ADD n :s', { ':s': values[':s'] }],
      ['ADD m.a :set', { ':set': { SS: ['x'] } }],
      ['SET openSk = :s', { ':s': values[':s'] }],
      ['REMOVE'],
    ];
    for (const [expression, used] of bad) {
      const outcome = errorName(update(table, KEY, expression, used && { values: used }));
      expect([expression, await outcome]).toEqual([expression, 'ValidationException']);
    }
    expect(await get(table, KEY)).toEqual(start);
  });
});

describe.concurrent('the parameters that expressions replaced', () => {
  test('AttributeUpdates put, add and delete, under what is Expected', async () => {
    const TableName = await newTable();
    await put(TableName, { ...KEY, n: { N: '5' }, set: { SS: ['x', 'y'] }, old: { S: 'x' } });
    const change = (Expected: Record<string, ExpectedAttributeValue>) =>
      local.dynamodb.send(
        new UpdateItemCommand({
          TableName,
          Key: KEY,
          AttributeUpdates: {
            n: { Action: 'ADD', Value: { N: '1' } },
            set: { Action: 'DELETE', Value: { SS: ['x'] } },
            old: { Action: 'DELETE' },
            fresh: { Action: 'PUT', Value: { S: 'new' } },
          },
          Expected,
          ReturnValues: 'ALL_NEW',
        }),
      );
    expect(await errorName(change({ n: { Value: { N: '4' } } }))).toBe('ConditionalCheckFailedException');
    expect(await errorName(change({ n: { Exists: false } }))).toBe('ConditionalCheckFailedException');
    expect(await errorName(change({ n: { ComparisonOperator: 'BETWEEN', AttributeValueList: [{ N: '1' }] } }))).toBe('ValidationException');
    const { Attributes } = await change({ n: { ComparisonOperator: 'GE', AttributeValueList: [{ N: '5' }] }, fresh: { Exists: false } });
    expect(Attributes).toEqual({ ...KEY, n: { N: '6' }, set: { SS: ['y'] }, fresh: { S: 'new' } });
  });

  test('KeyConditions, filters and AttributesToGet read', async () => {
    const TableName = await newTable();
    for (const sk of ['a1', 'a2', 'b1']) await put(TableName, { pk: { S: 'p' }, sk: { S: sk }, n: { N: sk.slice(1) } });
    const found = await local.dynamodb.send(
      new QueryCommand({
        TableName,
        KeyConditions: {
          pk: { ComparisonOperator: 'EQ', AttributeValueList: [{ S: 'p' }] },
          sk: { ComparisonOperator: 'BEGINS_WITH', AttributeValueList: [{ S: 'a' }] },
        },
        QueryFilter: { n: { ComparisonOperator: 'GT', AttributeValueList: [{ N: '1' }] } },
        AttributesToGet: ['sk'],
      }),
    );
    expect(found).toMatchObject({ Items: [{ sk: { S: 'a2' } }], ScannedCount: 2 });
    const ScanFilter: Record<string, Condition> = {
      n: { ComparisonOperator: 'IN', AttributeValueList: [{ N: '2' }] },
      sk: { ComparisonOperator: 'NOT_CONTAINS', AttributeValueList: [{ S: 'a' }] },
    };
    const scanned = await local.dynamodb.send(new ScanCommand({ TableName, ScanFilter, ConditionalOperator: 'OR' }));
    expect(scanned.Items?.map(({ sk }) => sk?.S).toSorted()).toEqual(['a2', 'b1']);
  });

  test('the two ways do not mix', async () => {
    const table = await newTable();
    const mixed = put(table, KEY, { ConditionExpression: 'attribute_not_exists(pk)', Expected: { pk: { Exists: false } } });
    expect(await errorName(mixed)).toBe('ValidationException');
  });
});

describe.concurrent('queries', () => {
  async function tableWithLine(): Promise<string> {
    const table = await newTable();
    for (let i = 0; i < 7; i += 1) {
      const open: Item = i === 3 ? {} : { openPk: { S: 'line' }, openSk: { N: String(i % 2 === 0 ? i : 10 + i) } };
      await put(table, { pk: { S: 'p' }, sk: { S: `job#${i}` }, number: { N: String(i) }, ...open });
    }
    await put(table, { pk: { S: 'p' }, sk: { S: 'other' } });
    return table;
  }
  const query = (TableName: string, input: Partial<QueryCommandInput>) =>
    local.dynamodb.send(new QueryCommand({ TableName, KeyConditionExpression: 'pk = :p', ExpressionAttributeValues: { ':p': { S: 'p' } }, ...input }));
  const sks = (items: readonly Item[] = []): (string | undefined)[] => items.map(({ sk }) => sk?.S);

  test('a partition is read in order of its range key, forwards or backwards, by each range condition', async () => {
    const table = await tableWithLine();
    const p = { ':p': { S: 'p' } };
    const by = async (KeyConditionExpression: string, values: Item, more: Partial<QueryCommandInput> = {}) =>
      sks((await query(table, { KeyConditionExpression, ExpressionAttributeValues: { ...p, ...values }, ...more })).Items);
    expect(await by('pk = :p AND begins_with(sk, :j)', { ':j': { S: 'job#' } }, { ScanIndexForward: false, Limit: 2 })).toEqual(['job#6', 'job#5']);
    expect(await by('sk BETWEEN :a AND :b AND pk = :p', { ':a': { S: 'job#2' }, ':b': { S: 'job#4' } })).toEqual(['job#2', 'job#3', 'job#4']);
    expect(await by('pk = :p AND sk > :a', { ':a': { S: 'job#5' } })).toEqual(['job#6', 'other']);
    expect(await by('pk = :p AND sk = :a', { ':a': { S: 'other' } })).toEqual(['other']);
    expect(await by('pk = :p and sk <= :a', { ':a': { S: 'job#0' } })).toEqual(['job#0']);
  });

  test('a filter is applied after the page is read, and counts tell', async () => {
    const table = await tableWithLine();
    const found = await query(table, {
      FilterExpression: '#n >= :five',
      ExpressionAttributeNames: { '#n': 'number' },
      ExpressionAttributeValues: { ':p': { S: 'p' }, ':five': { N: '5' } },
      Limit: 7,
    });
    expect(found).toMatchObject({ Count: 2, ScannedCount: 7 });
    expect(await query(table, { Select: 'COUNT' })).toMatchObject({ Count: 8 });
    expect((await query(table, { Select: 'COUNT' })).Items).toBeUndefined();
  });

  test('a sparse index holds only items that have its keys, in order of a number, page by page both ways', async () => {
    const table = await tableWithLine();
    const page = (ScanIndexForward: boolean, ExclusiveStartKey?: Item) =>
      query(table, {
        IndexName: 'open',
        KeyConditionExpression: 'openPk = :p',
        ExpressionAttributeValues: { ':p': { S: 'line' } },
        Limit: 2,
        ScanIndexForward,
        ...(ExclusiveStartKey && { ExclusiveStartKey }),
      });
    for (const forward of [true, false]) {
      const seen: (string | undefined)[] = [];
      let key: Item | undefined;
      do {
        const found = await page(forward, key);
        seen.push(...sks(found.Items));
        key = found.LastEvaluatedKey;
      } while (key !== undefined);
      const ordered = ['job#0', 'job#2', 'job#4', 'job#6', 'job#1', 'job#5'];
      expect(seen).toEqual(forward ? ordered : ordered.toReversed());
    }
    expect((await page(true)).LastEvaluatedKey).toEqual({ pk: { S: 'p' }, sk: { S: 'job#2' }, openPk: { S: 'line' }, openSk: { N: '2' } });
  });

  test('an item leaves the index with its key, and moves with it', async () => {
    const table = await tableWithLine();
    const line = async () =>
      sks((await query(table, { IndexName: 'open', KeyConditionExpression: 'openPk = :p', ExpressionAttributeValues: { ':p': { S: 'line' } } })).Items);
    await update(table, { pk: { S: 'p' }, sk: { S: 'job#0' } }, 'REMOVE openPk');
    await update(table, { pk: { S: 'p' }, sk: { S: 'job#2' } }, 'SET openSk = :last', { values: { ':last': { N: '100' } } });
    expect(await line()).toEqual(['job#4', 'job#6', 'job#1', 'job#5', 'job#2']);
  });

  test('a page ends at a megabyte', async () => {
    const table = await newTable();
    for (let i = 0; i < 5; i += 1) await put(table, { pk: { S: 'p' }, sk: { S: String(i) }, big: { S: 'x'.repeat(300_000) } });
    const first = await query(table, {});
    expect(first.Count).toBe(4);
    expect(await query(table, { ExclusiveStartKey: first.LastEvaluatedKey })).toMatchObject({ Count: 1 });
  });

  test('a query must name one partition, and nothing but keys', async () => {
    const table = await newTable();
    const values = { ':p': { S: 'p' } };
    for (const KeyConditionExpression of ['sk = :p', 'pk > :p', 'pk = :p AND other = :p', 'pk = :p OR sk = :p', 'pk = :p AND sk = :p AND sk > :p']) {
      expect(await errorName(query(table, { KeyConditionExpression, ExpressionAttributeValues: values }))).toBe('ValidationException');
    }
    expect(await errorName(query(table, { IndexName: 'none' }))).toBe('ValidationException');
    expect(await errorName(query(table, { IndexName: 'open', ConsistentRead: true }))).toBe('ValidationException');
  });

  test('a scan sees everything once, in pages and in segments', async () => {
    const table = await newTable();
    for (let i = 0; i < 20; i += 1) await put(table, { pk: { S: `p${i % 6}` }, sk: { S: String(i) } });
    const seen: (string | undefined)[] = [];
    let key: Item | undefined;
    do {
      const page = await local.dynamodb.send(new ScanCommand({ TableName: table, Limit: 3, ...(key && { ExclusiveStartKey: key }) }));
      seen.push(...sks(page.Items));
      key = page.LastEvaluatedKey;
    } while (key !== undefined);
    expect(seen.map(Number).toSorted((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, i) => i));
    const segments = await Promise.all([0, 1, 2].map((Segment) => local.dynamodb.send(new ScanCommand({ TableName: table, Segment, TotalSegments: 3 }))));
    expect(segments.flatMap(({ Items }) => sks(Items)).toSorted()).toEqual(seen.toSorted());
  });
});

describe.concurrent('transactions', () => {
  const key = (sk: string): Item => ({ pk: { S: 't' }, sk: { S: sk } });
  const write = (TransactItems: TransactWriteItem[], ClientRequestToken?: string) =>
    local.dynamodb.send(new TransactWriteItemsCommand({ TransactItems, ...(ClientRequestToken !== undefined && { ClientRequestToken }) }));

  test('all four kinds happen together', async () => {
    const TableName = await newTable();
    for (const sk of ['update', 'delete', 'check']) await put(TableName, { ...key(sk), n: { N: '1' } });
    await write([
      { Put: { TableName, Item: key('put'), ConditionExpression: 'attribute_not_exists(pk)' } },
      { Update: { TableName, Key: key('update'), UpdateExpression: 'ADD n :n', ExpressionAttributeValues: { ':n': { N: '1' } } } },
      { Delete: { TableName, Key: key('delete') } },
      { ConditionCheck: { TableName, Key: key('check'), ConditionExpression: 'n = :n', ExpressionAttributeValues: { ':n': { N: '1' } } } },
    ]);
    const names = ['put', 'update', 'delete', 'check'];
    const { Responses } = await local.dynamodb.send(new TransactGetItemsCommand({ TransactItems: names.map((sk) => ({ Get: { TableName, Key: key(sk) } })) }));
    expect(Responses?.map(({ Item }) => Item?.['n']?.N ?? (Item ? 'there' : 'gone'))).toEqual(['there', '2', 'gone', '1']);
  });

  test('one failed condition cancels all, with a reason for each and the item when asked', async () => {
    const TableName = await newTable();
    await put(TableName, { ...key('a'), n: { N: '1' } });
    const old = { ReturnValuesOnConditionCheckFailure: 'ALL_OLD', ConditionExpression: 'attribute_not_exists(pk)' } as const;
    const failure: unknown = await write([
      { Put: { TableName, Item: key('fresh') } },
      { Put: { TableName, Item: key('a'), ...old } },
      { Update: { TableName, Key: key('b'), UpdateExpression: 'SET x = absent' } },
    ]).catch((error: unknown) => error);
    if (!(failure instanceof TransactionCanceledException)) throw failure;
    expect(failure.message).toContain('[None, ConditionalCheckFailed, ValidationError]');
    expect(failure.CancellationReasons).toMatchObject([
      { Code: 'None' },
      { Code: 'ConditionalCheckFailed', Message: 'The conditional request failed', Item: { ...key('a'), n: { N: '1' } } },
      { Code: 'ValidationError' },
    ]);
    expect(failure.CancellationReasons?.[0]?.Item).toBeUndefined();
    expect(await get(TableName, key('fresh'))).toBeUndefined();
  });

  test('the same token and request again is a no-op, with another request an error, for ten minutes', async () => {
    const own = await startTestAws();
    const actions = tableActions(() => own.dynamodb);
    const TableName = await actions.newTable();
    const add = (n: string) =>
      new TransactWriteItemsCommand({
        ClientRequestToken: 'once',
        TransactItems: [{ Update: { TableName, Key: KEY, UpdateExpression: 'ADD n :n', ExpressionAttributeValues: { ':n': { N: n } } } }],
      });
    for (const _ of [1, 2, 3]) await own.dynamodb.send(add('1'));
    expect((await actions.get(TableName, KEY))?.['n']).toEqual({ N: '1' });
    expect(await errorName(own.dynamodb.send(add('2')))).toBe('IdempotentParameterMismatchException');
    own.skip(11 * 60_000);
    await own.dynamodb.send(add('2'));
    expect((await actions.get(TableName, KEY))?.['n']).toEqual({ N: '3' });
    await own.close();
  });

  test('a transaction touches an item once, has one to a hundred parts, and known tables', async () => {
    const TableName = await newTable();
    const parts = (count: number) => Array.from({ length: count }, (_, i) => ({ Put: { TableName, Item: key(String(i)) } }));
    await write(parts(100));
    expect(await errorName(write(parts(101)))).toBe('ValidationException');
    expect(await errorName(write([]))).toBe('ValidationException');
    expect(await errorName(write([...parts(1), { Delete: { TableName, Key: key('0') } }]))).toBe('ValidationException');
    expect(await errorName(write([{ Put: { TableName: 'nowhere', Item: key('0') } }]))).toBe('ResourceNotFoundException');
  });

  test('of many transactions that want the last credits, just those that fit are let in', async () => {
    const TableName = await newTable();
    const admit = (i: number) =>
      write([
        {
          Update: {
            TableName,
            Key: key('account'),
            UpdateExpression: 'ADD spent :cost',
            ConditionExpression: 'attribute_not_exists(spent) OR spent <= :most',
            ExpressionAttributeValues: { ':cost': { N: '3' }, ':most': { N: '17' } },
          },
        },
        { Put: { TableName, Item: key(`job#${i}`), ConditionExpression: 'attribute_not_exists(pk)' } },
      ]);
    const outcomes = await Promise.allSettled(Array.from({ length: 40 }, (_, i) => admit(i)));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(6);
    expect((await get(TableName, key('account')))?.['spent']).toEqual({ N: '18' });
    const { Count } = await local.dynamodb.send(new ScanCommand({ TableName }));
    expect(Count).toBe(7);
  });
});
