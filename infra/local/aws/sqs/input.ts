import * as v from 'valibot';
import { AwsError } from '../aws-error.ts';
import { invalidParameter, missingParameter } from './sqs-error.ts';

export const QUEUE_URL = v.string();
export const ATTRIBUTES = v.optional(v.record(v.string(), v.string()), {});
export const NAMES = v.optional(v.array(v.string()), []);

/** Parses what a client sent. Throws MissingParameter or InvalidParameterValue with the field's name. */
export function parseInput<const Schema extends v.GenericSchema>(schema: Schema, input: unknown): v.InferOutput<Schema> {
  const result = v.safeParse(schema, input);
  if (result.success) return result.output;
  const [issue] = result.issues;
  const field = v.getDotPath(issue) ?? 'the request';
  throw issue.input === undefined ? missingParameter(field) : invalidParameter(field, issue.received, issue.message);
}

/** Throws InvalidParameterValue when a whole number is out of its limits. */
export function expectWithin(name: string, value: number, min: number, max: number): void {
  if (Number.isInteger(value) && value >= min && value <= max) return;
  throw invalidParameter(name, value, `Must be between ${min} and ${max}, if provided.`);
}

/** The queue's name, from the last part of its URL: the host and port may have changed since it was given out. */
export function queueNameOfUrl(url: string): string {
  const name = url.replace(/\/+$/, '').split('/').at(-1);
  if (name === undefined || name === '') throw new AwsError('InvalidAddress', `The address ${url} is not valid for this endpoint.`);
  return name;
}
