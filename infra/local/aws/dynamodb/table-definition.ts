import * as v from 'valibot';
import { AwsError } from '../aws-error.ts';
import { TABLE_NAME } from './input.ts';
import type { KeyNames } from './sorted-index.ts';

const NAME = v.pipe(v.string(), v.minLength(1), v.maxLength(255));
const KEY_SCHEMA = v.pipe(v.array(v.object({ AttributeName: NAME, KeyType: v.picklist(['HASH', 'RANGE']) })), v.minLength(1), v.maxLength(2));
const THROUGHPUT = v.object({ ReadCapacityUnits: v.pipe(v.number(), v.minValue(1)), WriteCapacityUnits: v.pipe(v.number(), v.minValue(1)) });

/** A secondary index as CreateTable takes it. */
export const INDEX = v.object({
  IndexName: v.pipe(v.string(), v.regex(/^[\w.-]{3,255}$/)),
  KeySchema: KEY_SCHEMA,
  Projection: v.object({
    ProjectionType: v.optional(v.picklist(['ALL', 'KEYS_ONLY', 'INCLUDE']), 'ALL'),
    NonKeyAttributes: v.optional(v.array(NAME)),
  }),
  ProvisionedThroughput: v.optional(THROUGHPUT),
});

export const ATTRIBUTE_DEFINITIONS = v.array(v.object({ AttributeName: NAME, AttributeType: v.picklist(['S', 'N', 'B']) }));

/** What CreateTable takes, and what the journal keeps. */
export const TABLE_DEFINITION = v.object({
  TableName: TABLE_NAME,
  KeySchema: KEY_SCHEMA,
  AttributeDefinitions: ATTRIBUTE_DEFINITIONS,
  BillingMode: v.optional(v.picklist(['PROVISIONED', 'PAY_PER_REQUEST']), 'PROVISIONED'),
  ProvisionedThroughput: v.optional(THROUGHPUT),
  GlobalSecondaryIndexes: v.optional(v.array(INDEX), []),
  LocalSecondaryIndexes: v.optional(v.array(INDEX), []),
  DeletionProtectionEnabled: v.optional(v.boolean(), false),
});

export type TableDefinition = v.InferOutput<typeof TABLE_DEFINITION>;
export type IndexDefinition = v.InferOutput<typeof INDEX>;

export function keyNames(schema: TableDefinition['KeySchema']): KeyNames {
  const hash = schema.find(({ KeyType }) => KeyType === 'HASH');
  const range = schema.find(({ KeyType }) => KeyType === 'RANGE');
  if (hash === undefined) throw new AwsError('ValidationException', 'Invalid KeySchema: The first KeySchemaElement is not a HASH key type');
  return range === undefined ? { hash: hash.AttributeName } : { hash: hash.AttributeName, range: range.AttributeName };
}

/** Throws a ValidationException when keys and attribute definitions do not belong together. */
export function checkDefinition(definition: TableDefinition): void {
  const { KeySchema, AttributeDefinitions, GlobalSecondaryIndexes, LocalSecondaryIndexes } = definition;
  const defined = new Set(AttributeDefinitions.map(({ AttributeName }) => AttributeName));
  const schemas = [KeySchema, ...[...GlobalSecondaryIndexes, ...LocalSecondaryIndexes].map((index) => index.KeySchema)];
  const used = new Set(schemas.flatMap((schema) => [keyNames(schema).hash, keyNames(schema).range ?? []].flat()));
  const problem = 'One or more parameter values were invalid:';
  for (const name of used) {
    if (defined.has(name)) continue;
    throw new AwsError('ValidationException', `${problem} Some index key attributes are not defined in AttributeDefinitions: ${name}`);
  }
  if (used.size !== defined.size) {
    throw new AwsError(
      'ValidationException',
      `${problem} Number of attributes in KeySchema does not exactly match number of attributes defined in AttributeDefinitions`,
    );
  }
  const names = [...GlobalSecondaryIndexes, ...LocalSecondaryIndexes].map(({ IndexName }) => IndexName);
  if (new Set(names).size < names.length) throw new AwsError('ValidationException', `${problem} Duplicate index name`);
  const { hash } = keyNames(KeySchema);
  if (LocalSecondaryIndexes.some((index) => keyNames(index.KeySchema).hash !== hash)) {
    throw new AwsError('ValidationException', `${problem} a local secondary index must have the table's hash key`);
  }
  if (definition.BillingMode === 'PROVISIONED' && definition.ProvisionedThroughput === undefined) {
    throw new AwsError('ValidationException', 'No provisioned throughput specified for the table');
  }
}
