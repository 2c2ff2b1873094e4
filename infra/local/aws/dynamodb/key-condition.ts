import { AwsError } from '../aws-error.ts';
import type { Condition, Operand } from './expression/condition.ts';
import type { KeyNames } from './sorted-index.ts';
import type { AttributeValue } from './value.ts';

/** The partition a query reads, and what it asks of the range key. */
export interface KeyCondition {
  readonly hash: AttributeValue;
  readonly range: Condition | undefined;
}

/** Splits `pk = :p [AND <one condition on sk>]`. Throws a ValidationException for any other form. */
export function splitKeyCondition(condition: Condition, keys: KeyNames): KeyCondition {
  const parts = condition.kind === 'and' ? [condition.left, condition.right] : [condition];
  const hashes = parts.flatMap((part) => hashValue(part, keys.hash) ?? []);
  const ranges = parts.filter((part) => hashValue(part, keys.hash) === undefined);
  const [hash] = hashes;
  if (hash === undefined) throw new AwsError('ValidationException', `Query condition missed key schema element: ${keys.hash}`);
  const [range] = ranges;
  if (hashes.length > 1) throw notSupported();
  if (range === undefined) return { hash, range };
  if (keys.range === undefined || rangeName(range) !== keys.range) {
    throw keys.range === undefined ? notSupported() : new AwsError('ValidationException', `Query condition missed key schema element: ${keys.range}`);
  }
  return { hash, range };
}

function hashValue(condition: Condition, name: string): AttributeValue | undefined {
  if (condition.kind !== 'compare' || condition.comparator !== '=') return undefined;
  const { left, right } = condition;
  if (attributeName(left) === name && right.kind === 'value') return right.value;
  return attributeName(right) === name && left.kind === 'value' ? left.value : undefined;
}

function rangeName(condition: Condition): string | undefined {
  if (condition.kind === 'compare' && condition.comparator !== '<>') return attributeName(condition.left) ?? attributeName(condition.right);
  if (condition.kind === 'between' || condition.kind === 'begins-with') return attributeName(condition.operand);
  return undefined;
}

function attributeName(operand: Operand): string | undefined {
  return operand.kind === 'path' && operand.path.length === 1 ? operand.path[0] : undefined;
}

function notSupported(): AwsError {
  return new AwsError('ValidationException', 'Query key condition not supported');
}
