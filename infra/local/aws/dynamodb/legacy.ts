/**
 * The parameters that expressions replaced, read into what expressions are read into.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/LegacyConditionalParameters.html
 */
import * as v from 'valibot';
import { AwsError } from '../aws-error.ts';
import type { Condition, Operand } from './expression/condition.ts';
import type { UpdateAction } from './expression/parse-update.ts';
import type { Path } from './expression/path.ts';
import { VALUE } from './input.ts';
import { setMembers, type AttributeValue } from './value.ts';

const COMPARATORS = { EQ: '=', NE: '<>', LE: '<=', LT: '<', GE: '>=', GT: '>' } as const;
const OPERATOR = v.picklist(['EQ', 'NE', 'LE', 'LT', 'GE', 'GT', 'NOT_NULL', 'NULL', 'CONTAINS', 'NOT_CONTAINS', 'BEGINS_WITH', 'IN', 'BETWEEN']);
const COMPARISON = v.object({ ComparisonOperator: OPERATOR, AttributeValueList: v.optional(v.array(VALUE), []) });
const EXPECTATION = v.union([COMPARISON, v.object({ Value: v.optional(VALUE), Exists: v.optional(v.boolean()) })]);
const UPDATE = v.object({ Action: v.optional(v.picklist(['PUT', 'ADD', 'DELETE']), 'PUT'), Value: v.optional(VALUE) });

export const CONDITIONAL_OPERATOR = v.optional(v.picklist(['AND', 'OR']), 'AND');
export const COMPARISONS = v.optional(v.record(v.string(), COMPARISON));
export const EXPECTED = v.optional(v.record(v.string(), EXPECTATION));
export const ATTRIBUTE_UPDATES = v.optional(v.record(v.string(), UPDATE));
export const ATTRIBUTES_TO_GET = v.optional(v.pipe(v.array(v.string()), v.minLength(1)));

type Expected = NonNullable<v.InferOutput<typeof EXPECTED>>;
type AttributeUpdates = NonNullable<v.InferOutput<typeof ATTRIBUTE_UPDATES>>;

/** Expected, QueryFilter, ScanFilter and KeyConditions as one condition; `undefined` when there is none. */
export function legacyCondition(expected: Expected | undefined, operator: 'AND' | 'OR'): Condition | undefined {
  const kind = operator === 'AND' ? 'and' : 'or';
  const conditions = Object.entries(expected ?? {}).map(([name, expectation]): Condition => {
    if ('ComparisonOperator' in expectation) return comparison([name], expectation);
    const { Value, Exists = true } = expectation;
    if (Exists && Value !== undefined) return compare([name], 'EQ', Value);
    if (Exists || Value !== undefined) throw invalid(`Expected for ${name} must have a Value, or Exists set to false`);
    return { kind: 'exists', path: [name], expected: false };
  });
  return conditions.reduce((left: Condition | undefined, right) => (left === undefined ? right : { kind, left, right }), undefined);
}

/** AttributeUpdates as the actions of an update expression. */
export function legacyActions(updates: AttributeUpdates): readonly UpdateAction[] {
  return Object.entries(updates).map(([name, { Action, Value: value }]): UpdateAction => {
    const path: Path = [name];
    if (Action === 'DELETE' && value === undefined) return { kind: 'remove', path };
    if (value === undefined) throw invalid(`Only DELETE action is allowed when no attribute value is specified: ${name}`);
    if (Action === 'PUT') return { kind: 'set', path, to: { kind: 'value', value } };
    if (setMembers(value) === undefined && !(Action === 'ADD' && 'N' in value)) throw invalid(`Type of ${name} is not supported for ${Action}`);
    return { kind: Action === 'ADD' ? 'add' : 'delete', path, value };
  });
}

/** Throws when a request mixes the two ways of saying things. */
export function expectOneStyle(expressions: object, legacy: object): void {
  const [ours, theirs] = [givenNames(expressions), givenNames(legacy)];
  if (ours.length === 0 || theirs.length === 0) return;
  throw invalid(
    'Can not use both expression and non-expression parameters in the same request: ' +
      `Non-expression parameters: {${theirs.join(', ')}} Expression parameters: {${ours.join(', ')}}`,
  );
}

function givenNames(fields: object): readonly string[] {
  return Object.entries(fields).flatMap(([name, value]) => (value === undefined ? [] : [name]));
}

function comparison(path: Path, { ComparisonOperator: operator, AttributeValueList: values }: v.InferOutput<typeof COMPARISON>): Condition {
  const operand: Operand = { kind: 'path', path };
  const [first, second] = values;
  if (values.length !== argumentCount(operator, values.length)) throw invalid(`Invalid number of argument(s) for the ${operator} ComparisonOperator`);
  if (first === undefined) return { kind: 'exists', path, expected: operator === 'NOT_NULL' };
  const part = literal(first);
  switch (operator) {
    case 'BETWEEN':
      return { kind: 'between', operand, low: part, high: literal(second ?? first) };
    case 'IN':
      return { kind: 'in', operand, list: values.map(literal) };
    case 'BEGINS_WITH':
      return { kind: 'begins-with', operand, part };
    case 'CONTAINS':
      return { kind: 'contains', operand, part };
    case 'NOT_CONTAINS':
      return { kind: 'and', left: { kind: 'exists', path, expected: true }, right: { kind: 'not', condition: { kind: 'contains', operand, part } } };
    case 'NULL':
    case 'NOT_NULL':
      return { kind: 'exists', path, expected: operator === 'NOT_NULL' };
    default:
      return compare(path, operator, first);
  }
}

function argumentCount(operator: v.InferOutput<typeof OPERATOR>, given: number): number {
  if (operator === 'NULL' || operator === 'NOT_NULL') return 0;
  if (operator === 'IN') return Math.max(1, given);
  return operator === 'BETWEEN' ? 2 : 1;
}

function compare(path: Path, operator: keyof typeof COMPARATORS, value: AttributeValue): Condition {
  return { kind: 'compare', comparator: COMPARATORS[operator], left: { kind: 'path', path }, right: literal(value) };
}

function literal(value: AttributeValue): Operand {
  return { kind: 'value', value };
}

function invalid(message: string): AwsError {
  return new AwsError('ValidationException', message);
}
