import * as v from 'valibot';
import { AwsError } from '../aws-error.ts';
import { parseItem, parseValue, type AttributeValue, type Item } from './value.ts';

export const TABLE_NAME = v.pipe(v.string(), v.regex(/^[\w.-]{3,255}$/, 'table names have 3 to 255 of a-z A-Z 0-9 _ . -'));

/** Attribute values parse themselves, and their errors are DynamoDB's own. */
export const ITEM = v.pipe(v.unknown(), v.transform((raw): Item => parseItem(raw)));
export const VALUE = v.pipe(v.unknown(), v.transform((raw): AttributeValue => parseValue(raw)));

/** The fields that any request with expressions may have. */
export const PLACEHOLDERS = {
  ExpressionAttributeNames: v.optional(v.record(v.pipe(v.string(), v.startsWith('#')), v.string())),
  ExpressionAttributeValues: v.optional(ITEM),
};

export const RETURN_CONSUMED_CAPACITY = v.optional(v.picklist(['NONE', 'TOTAL', 'INDEXES']), 'NONE');

/** Parses what a client sent. Throws a ValidationException that names the field. */
export function parseInput<const Schema extends v.GenericSchema>(schema: Schema, input: unknown): v.InferOutput<Schema> {
  const result = v.safeParse(schema, input);
  if (result.success) return result.output;
  const [issue] = result.issues;
  const where = v.getDotPath(issue) ?? 'the request';
  throw new AwsError('ValidationException', `1 validation error detected: Value at '${where}' failed to satisfy constraint: ${issue.message}`);
}
