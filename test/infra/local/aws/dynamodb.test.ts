import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  DeleteTableCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  GetItemCommand,
  ListTablesCommand,
  ListTagsOfResourceCommand,
  PutItemCommand,
  TagResourceCommand,
  UpdateTableCommand,
  UpdateTimeToLiveCommand,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { clientsOf, errorName, startTestAws, type TestAws } from './start-test-aws.ts';
import { KEY, tableActions, type Item } from './table-actions.ts';

let local: TestAws;

beforeAll(async () => {
  local = await startTestAws();
});
afterAll(() => local.close());

const { newTable, put, get, update, remove } = tableActions(() => local.dynamodb);
const errorText = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => Promise.reject(new Error('expected a rejection')),
    (error: Error) => `${error.name}: ${error.message}`,
  );

describe.concurrent('tables', () => {
  test('a table is there at once, described, listed, and gone when deleted', async () => {
    const TableName = await newTable();
    await waitUntilTableExists({ client: local.dynamodb, maxWaitTime: 30 }, { TableName });
    const { Table } = await local.dynamodb.send(new DescribeTableCommand({ TableName }));
    expect(Table).toMatchObject({ TableName, TableStatus: 'ACTIVE', ItemCount: 0, GlobalSecondaryIndexes: [{ IndexName: 'open', IndexStatus: 'ACTIVE' }] });
    expect((await local.dynamodb.send(new ListTablesCommand({}))).TableNames).toContain(TableName);
    expect(await errorName(newTable({ TableName }))).toBe('ResourceInUseException');
    await local.dynamodb.send(new DeleteTableCommand({ TableName }));
    expect(await errorName(get(TableName, KEY))).toBe('ResourceNotFoundException');
  });

  test('keys and attribute definitions must belong together', async () => {
    const AttributeDefinitions = [{ AttributeName: 'pk', AttributeType: 'S' as const }];
    expect(await errorName(newTable({ AttributeDefinitions }))).toBe('ValidationException');
  });

  test('an index may be added later, and finds what was there before', async () => {
    const TableName = await newTable({ GlobalSecondaryIndexes: undefined, AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }, { AttributeName: 'sk', AttributeType: 'S' }] });
    await put(TableName, { ...KEY, by: { S: 'x' } });
    const Create = { IndexName: 'by-owner', KeySchema: [{ AttributeName: 'by', KeyType: 'HASH' as const }], Projection: { ProjectionType: 'KEYS_ONLY' as const } };
    await local.dynamodb.send(
      new UpdateTableCommand({ TableName, AttributeDefinitions: [{ AttributeName: 'by', AttributeType: 'S' }], GlobalSecondaryIndexUpdates: [{ Create }] }),
    );
    const { Table } = await local.dynamodb.send(new DescribeTableCommand({ TableName }));
    expect(Table?.GlobalSecondaryIndexes).toMatchObject([{ IndexName: 'by-owner' }]);
  });

  test('a table keeps tags', async () => {
    const TableName = await newTable({ Tags: [{ Key: 'a', Value: '1' }] });
    const { Table } = await local.dynamodb.send(new DescribeTableCommand({ TableName }));
    const ResourceArn = Table?.TableArn;
    await local.dynamodb.send(new TagResourceCommand({ ResourceArn, Tags: [{ Key: 'b', Value: '2' }] }));
    expect((await local.dynamodb.send(new ListTagsOfResourceCommand({ ResourceArn }))).Tags).toHaveLength(2);
  });

  test('a wrong secret, and an unknown key, are refused', async () => {
    const TableName = await newTable();
    const wrong = clientsOf(local.aws, { accessKeyId: 'local', secretAccessKey: 'guess' });
    const unknown = clientsOf(local.aws, { accessKeyId: 'stranger', secretAccessKey: 'local-secret' });
    expect(await errorName(wrong.dynamodb.send(new GetItemCommand({ TableName, Key: KEY })))).toBe('InvalidSignatureException');
    expect(await errorName(unknown.dynamodb.send(new GetItemCommand({ TableName, Key: KEY })))).toBe('UnrecognizedClientException');
  });
});

describe.concurrent('items', () => {
  test('every type comes back as it was put, numbers in their plain form', async () => {
    const table = await newTable();
    const item: Item = {
      ...KEY,
      s: { S: 'ü🏠' },
      empty: { S: '' },
      b: { B: new Uint8Array([0, 255]) },
      t: { BOOL: false },
      nil: { NULL: true },
      ss: { SS: ['a', 'b'] },
      ns: { NS: ['1', '2.5'] },
      bs: { BS: [new Uint8Array([1])] },
      m: { M: { __proto__x: { L: [{ S: 'x' }, { M: {} }] } } },
      n: { N: '12345678901234567890123456789012345678' },
    };
    await put(table, item);
    expect(await get(table, KEY)).toEqual(item);
    const numbers = { '1.50': '1.5', '1e3': '1000', '-0.00012e-1': '-0.000012', '+7': '7', '-0': '0' };
    for (const [sent, kept] of Object.entries(numbers)) {
      await put(table, { ...KEY, n: { N: sent } });
      expect((await get(table, KEY))?.['n']).toEqual({ N: kept });
    }
  });

  test('what DynamoDB does not take is refused: bad numbers, empty and double sets, wrong, missing and empty keys, items over 400 KB', async () => {
    const table = await newTable();
    const refused: readonly Item[] = [
      { ...KEY, n: { N: 'abc' } },
      { ...KEY, n: { N: '1'.repeat(39) } },
      { ...KEY, n: { N: '1e126' } },
      { ...KEY, s: { SS: [] } },
      { ...KEY, s: { SS: ['a', 'a'] } },
      { pk: { S: 'a' } },
      { pk: { S: '' }, sk: { S: '1' } },
      { pk: { N: '1' }, sk: { S: '1' } },
      { ...KEY, openPk: { N: '1' } },
      { ...KEY, big: { S: 'x'.repeat(410 * 1024) } },
    ];
    for (const item of refused) expect(await errorName(put(table, item))).toBe('ValidationException');
    expect(await errorName(get(table, { pk: { S: 'a' } }))).toBe('ValidationException');
    expect(await errorName(get(table, { ...KEY, x: { S: '' } }))).toBe('ValidationException');
    expect(await get(table, KEY)).toBeUndefined();
  });

  test('put and delete return what was there when asked', async () => {
    const table = await newTable();
    expect((await put(table, { ...KEY, v: { N: '1' } }, { ReturnValues: 'ALL_OLD' })).Attributes).toBeUndefined();
    expect((await put(table, { ...KEY, v: { N: '2' } }, { ReturnValues: 'ALL_OLD' })).Attributes).toMatchObject({ v: { N: '1' } });
    const { Attributes } = await local.dynamodb.send(new DeleteItemCommand({ TableName: table, Key: KEY, ReturnValues: 'ALL_OLD' }));
    expect(Attributes).toMatchObject({ v: { N: '2' } });
    await remove(table, KEY);
    expect(await get(table, KEY)).toBeUndefined();
  });

  test('a projection returns the named parts in their places', async () => {
    const table = await newTable();
    await put(table, { ...KEY, a: { M: { b: { N: '1' }, c: { N: '2' } } }, l: { L: [{ N: '0' }, { N: '1' }, { N: '2' }] }, status: { S: 'x' } });
    const { Item } = await local.dynamodb.send(
      new GetItemCommand({ TableName: table, Key: KEY, ProjectionExpression: 'a.b, l[2], l[0], #s, nothing', ExpressionAttributeNames: { '#s': 'status' } }),
    );
    expect(Item).toEqual({ a: { M: { b: { N: '1' } } }, l: { L: [{ N: '0' }, { N: '2' }] }, status: { S: 'x' } });
  });

  test('batches write and read many items', async () => {
    const table = await newTable();
    const keys = Array.from({ length: 25 }, (_, i): Item => ({ pk: { S: 'batch' }, sk: { S: String(i) } }));
    await local.dynamodb.send(new BatchWriteItemCommand({ RequestItems: { [table]: keys.map((Item) => ({ PutRequest: { Item } })) } }));
    await local.dynamodb.send(new BatchWriteItemCommand({ RequestItems: { [table]: [{ DeleteRequest: { Key: keys[0] } }] } }));
    const { Responses, UnprocessedKeys } = await local.dynamodb.send(new BatchGetItemCommand({ RequestItems: { [table]: { Keys: keys } } }));
    expect(Responses?.[table]).toHaveLength(24);
    expect(UnprocessedKeys).toEqual({});
    const twice = new BatchGetItemCommand({ RequestItems: { [table]: { Keys: [KEY, KEY] } } });
    expect(await errorName(local.dynamodb.send(twice))).toBe('ValidationException');
  });

  test('the document client works too, with plain values', async () => {
    const TableName = await newTable();
    const documents = DynamoDBDocumentClient.from(local.dynamodb);
    const Key = { pk: 'doc', sk: '1' };
    await documents.send(new PutCommand({ TableName, Item: { ...Key, steps: [1, 'zwei', { drei: true }], set: new Set(['a']) } }));
    await documents.send(new UpdateCommand({ TableName, Key, UpdateExpression: 'SET steps[0] = steps[0] + :n', ExpressionAttributeValues: { ':n': 2 } }));
    expect((await documents.send(new GetCommand({ TableName, Key }))).Item).toEqual({ ...Key, steps: [3, 'zwei', { drei: true }], set: new Set(['a']) });
  });
});

describe.concurrent('conditions', () => {
  const item: Item = { ...KEY, n: { N: '5' }, s: { S: 'hello' }, l: { L: [{ N: '1' }] }, ss: { SS: ['x', 'y'] }, m: { M: { in: { BOOL: true } } } };
  const values: Item = { ':four': { N: '4' }, ':five': { N: '5.0' }, ':he': { S: 'he' }, ':S': { S: 'S' }, ':x': { S: 'x' }, ':one': { N: '1' }, ':true': { BOOL: true } };
  const holding = [
    'attribute_exists(n) AND attribute_not_exists(absent)',
    'n = :five',
    'n > :four and n >= :five and NOT n < :five',
    'n <> :four AND absent <> :four',
    'n BETWEEN :four AND :five',
    's IN (:x, :he) OR n IN (:four, :five)',
    'begins_with(s, :he)',
    'contains(s, :he) AND contains(ss, :x) AND contains(l, :one)',
    'attribute_type(s, :S)',
    'size(s) = :five AND size(l) = :one AND size(ss) < size(s)',
    'm.#in = :true AND l[0] = :one',
    '(n = :four OR n = :five) AND (NOT (s = :x))',
  ];
  const failing = ['n = :four', 'absent = :four', 'n = :x', 'n < :x', 'size(n) > :one', 'attribute_exists(m.nothing)', 'l[1] = :one', 'contains(n, :five)'];

  async function tryCondition(table: string, expression: string): Promise<boolean> {
    const used = Object.fromEntries(Object.entries(values).filter(([name]) => new RegExp(`${name}\\b`).test(expression)));
    const names = expression.includes('#in') ? { ExpressionAttributeNames: { '#in': 'in' } } : {};
    const given = Object.keys(used).length > 0 ? { ExpressionAttributeValues: used } : {};
    const put = new PutItemCommand({ TableName: table, Item: item, ConditionExpression: expression, ...names, ...given });
    return local.dynamodb.send(put).then(
      () => true,
      (error: Error) => {
        if (error instanceof ConditionalCheckFailedException) return false;
        throw error;
      },
    );
  }

  test('each operator and function holds when it should, and only then', async () => {
    const table = await newTable();
    await put(table, item);
    for (const expression of holding) expect([expression, await tryCondition(table, expression)]).toEqual([expression, true]);
    for (const expression of failing) expect([expression, await tryCondition(table, expression)]).toEqual([expression, false]);
  });

  test('a condition that fails returns the item that stood in the way, when asked', async () => {
    const table = await newTable();
    await put(table, item);
    const onlyNew = { ConditionExpression: 'attribute_not_exists(pk)' };
    const plain: unknown = await put(table, item, onlyNew).catch((error: unknown) => error);
    expect(plain).toMatchObject({ name: 'ConditionalCheckFailedException', message: 'The conditional request failed' });
    expect(plain).not.toHaveProperty('Item.pk');
    await expect(put(table, item, { ...onlyNew, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' })).rejects.toMatchObject({ Item: item });
    const no = { ConditionExpression: 'n = :n', values: { ':n': { N: '9' } }, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' } as const;
    await expect(update(table, KEY, 'REMOVE n', no)).rejects.toMatchObject({ Item: item });
  });

  test('reserved words, unknown and unused placeholders, and bad grammar, are refused with the reason', async () => {
    const table = await newTable();
    const refusal = (ConditionExpression: string, more: object = {}) => errorText(put(table, item, { ConditionExpression, ...more }));
    expect(await refusal('status = n')).toContain('reserved keyword: status');
    expect(await refusal('n = :nowhere')).toContain('is not defined; attribute value: :nowhere');
    expect(await refusal('#nowhere = n')).toContain('is not defined; attribute name: #nowhere');
    expect(await refusal('n = n', { ExpressionAttributeValues: { ':unused': { S: '' } } })).toContain('unused in expressions: keys: {:unused}');
    for (const bad of ['n =', 'n = = n', '(n = n', 'nothing(n)', 'n', 'begins_with(n)', '', 'n & n']) expect(await refusal(bad)).toContain('ValidationException');
  });

  test('a thousand conditional increments by twenty clients, with a limit of 500: exactly 500', async () => {
    const table = await newTable();
    let accepted = 0;
    const more = { ConditionExpression: 'attribute_not_exists(n) OR n < :limit', values: { ':one': { N: '1' }, ':limit': { N: '500' } } };
    const client = async (): Promise<void> => {
      for (let i = 0; i < 50; i += 1) {
        await update(table, KEY, 'ADD n :one', more).then(
          () => {
            accepted += 1;
          },
          (error: Error) => {
            if (!(error instanceof ConditionalCheckFailedException)) throw error;
          },
        );
      }
    };
    await Promise.all(Array.from({ length: 20 }, client));
    expect(accepted).toBe(500);
    expect((await get(table, KEY))?.['n']).toEqual({ N: '500' });
  });
});

describe.concurrent('time to live', () => {
  test('is set, described, and not set twice', async () => {
    const TableName = await newTable();
    const set = new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification: { AttributeName: 'ttl', Enabled: true } });
    const describeIt = async () => (await local.dynamodb.send(new DescribeTimeToLiveCommand({ TableName }))).TimeToLiveDescription;
    expect(await describeIt()).toEqual({ TimeToLiveStatus: 'DISABLED' });
    await local.dynamodb.send(set);
    expect(await describeIt()).toEqual({ TimeToLiveStatus: 'ENABLED', AttributeName: 'ttl' });
    expect(await errorName(local.dynamodb.send(set))).toBe('ValidationException');
  });

  test('items go when their time is over, and stay when it is not, or is no time', async ({ expect }) => {
    const TableName = await newTable();
    await local.dynamodb.send(new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification: { AttributeName: 'ttl', Enabled: true } }));
    const now = Math.floor(Date.now() / 1000);
    const ends: Record<string, Item> = {
      past: { ttl: { N: String(now - 5) } },
      soon: { ttl: { N: String(now + 1) } },
      later: { ttl: { N: String(now + 1000) } },
      text: { ttl: { S: String(now - 5) } },
      ancient: { ttl: { N: String(now - 6 * 365 * 24 * 3600) } },
      never: {},
    };
    for (const [sk, ttl] of Object.entries(ends)) await put(TableName, { pk: { S: 'p' }, sk: { S: sk }, ...ttl });
    const left = async (): Promise<string[]> => {
      const found = await Promise.all(Object.keys(ends).map(async (sk) => ((await get(TableName, { pk: { S: 'p' }, sk: { S: sk } })) ? sk : '')));
      return found.filter((sk) => sk !== '');
    };
    await expect.poll(left, { timeout: 15_000 }).toEqual(['later', 'text', 'ancient', 'never']);
  });
});
