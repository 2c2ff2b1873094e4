import type { Operation } from '../aws-json.ts';
import type { Database, Entry } from './database.ts';
import { batchGetItem, batchWriteItem, deleteItem, getItem, putItem, updateItem } from './item-operations.ts';
import { query, scan } from './query.ts';
import {
  createTable,
  deleteTable,
  describeTable,
  describeTimeToLive,
  listTables,
  listTagsOfResource,
  tagResource,
  untagResource,
  updateTable,
  updateTimeToLive,
} from './table-operations.ts';
import { transactGetItems, transactWriteItems } from './transact.ts';

/** Changes the database and puts the change in the journal. */
export type Commit = (entry: Entry) => void;

/** DynamoDB's operations by name: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Operations_Amazon_DynamoDB.html */
export function dynamodbOperations(database: Database, commit: Commit, now: () => number): ReadonlyMap<string, Operation> {
  const reads = { BatchGetItem: batchGetItem, GetItem: getItem, Query: query, Scan: scan, TransactGetItems: transactGetItems };
  const tableReads = {
    DescribeTable: describeTable,
    DescribeTimeToLive: describeTimeToLive,
    ListTables: listTables,
    ListTagsOfResource: listTagsOfResource,
  };
  const writes = {
    BatchWriteItem: batchWriteItem,
    CreateTable: createTable,
    DeleteItem: deleteItem,
    DeleteTable: deleteTable,
    PutItem: putItem,
    TagResource: tagResource,
    TransactWriteItems: transactWriteItems,
    UntagResource: untagResource,
    UpdateItem: updateItem,
    UpdateTable: updateTable,
    UpdateTimeToLive: updateTimeToLive,
  };
  return new Map<string, Operation>([
    ...Object.entries({ ...reads, ...tableReads }).map(([name, read]): [string, Operation] => [name, (input) => read(database, input)]),
    ...Object.entries(writes).map(([name, write]): [string, Operation] => [name, (input) => write(database, commit, input, now())]),
  ]);
}
