import { randomUUID } from 'node:crypto';
import {
  CreateTableCommand,
  DeleteItemCommand,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
  type AttributeValue,
  type CreateTableCommandInput,
  type DynamoDBClient,
  type PutItemCommandInput,
  type PutItemCommandOutput,
  type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';

export type Item = Record<string, AttributeValue>;
type Update = Partial<UpdateItemCommandInput> & { readonly values?: Item };

/** What tests do with tables, in as few words as they should take. */
export interface TableActions {
  /** A table with pk and sk, both strings, and a sparse index `open` on openPk (string) and openSk (number). */
  newTable(more?: Partial<CreateTableCommandInput>): Promise<string>;
  put(table: string, item: Item, more?: Partial<PutItemCommandInput>): Promise<PutItemCommandOutput>;
  get(table: string, key: Item): Promise<Item | undefined>;
  /** Updates and returns what `ReturnValues` asks for, by default all that is new. */
  update(table: string, key: Item, expression: string, more?: Update): Promise<Item | undefined>;
  remove(table: string, key: Item): Promise<unknown>;
}

export const KEY = { pk: { S: 'a' }, sk: { S: '1' } } as const;

export function tableActions(client: () => DynamoDBClient): TableActions {
  return {
    newTable: async (more = {}) => {
      const TableName = `t-${randomUUID()}`;
      await client().send(
        new CreateTableCommand({
          TableName,
          BillingMode: 'PAY_PER_REQUEST',
          AttributeDefinitions: [
            { AttributeName: 'pk', AttributeType: 'S' },
            { AttributeName: 'sk', AttributeType: 'S' },
            { AttributeName: 'openPk', AttributeType: 'S' },
            { AttributeName: 'openSk', AttributeType: 'N' },
          ],
          KeySchema: [
            { AttributeName: 'pk', KeyType: 'HASH' },
            { AttributeName: 'sk', KeyType: 'RANGE' },
          ],
          GlobalSecondaryIndexes: [
            {
              IndexName: 'open',
              KeySchema: [
                { AttributeName: 'openPk', KeyType: 'HASH' },
                { AttributeName: 'openSk', KeyType: 'RANGE' },
              ],
              Projection: { ProjectionType: 'ALL' },
            },
          ],
          ...more,
        }),
      );
      return TableName;
    },
    put: (TableName, item, more) => client().send(new PutItemCommand({ TableName, Item: item, ...more })),
    get: async (TableName, Key) => (await client().send(new GetItemCommand({ TableName, Key }))).Item,
    update: async (TableName, Key, UpdateExpression, { values, ...more } = {}) => {
      const input = { TableName, Key, UpdateExpression, ReturnValues: 'ALL_NEW' as const, ...(values && { ExpressionAttributeValues: values }), ...more };
      return (await client().send(new UpdateItemCommand(input))).Attributes;
    },
    remove: (TableName, Key) => client().send(new DeleteItemCommand({ TableName, Key })),
  };
}
