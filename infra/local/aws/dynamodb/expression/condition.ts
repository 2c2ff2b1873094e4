import { attribute, compareValues, setMembers, typeOf, valueBytes, valuesAreEqual, type AttributeValue, type Item } from '../value.ts';
import { resolvePath, type Path } from './path.ts';

/** What stands on either side of a comparison. */
export type Operand =
  | { readonly kind: 'path'; readonly path: Path }
  | { readonly kind: 'value'; readonly value: AttributeValue }
  | { readonly kind: 'size'; readonly of: Operand };

export type Comparator = '=' | '<>' | '<' | '<=' | '>' | '>=';

/** A parsed condition, filter or key condition. */
export type Condition =
  | { readonly kind: 'and' | 'or'; readonly left: Condition; readonly right: Condition }
  | { readonly kind: 'not'; readonly condition: Condition }
  | { readonly kind: 'compare'; readonly comparator: Comparator; readonly left: Operand; readonly right: Operand }
  | { readonly kind: 'between'; readonly operand: Operand; readonly low: Operand; readonly high: Operand }
  | { readonly kind: 'in'; readonly operand: Operand; readonly list: readonly Operand[] }
  | { readonly kind: 'exists'; readonly path: Path; readonly expected: boolean }
  | { readonly kind: 'type'; readonly path: Path; readonly type: Operand }
  | { readonly kind: 'begins-with' | 'contains'; readonly operand: Operand; readonly part: Operand };

/** Whether an item meets a condition; a missing item is an empty one. */
export function holds(condition: Condition, item: Item): boolean {
  const value = (operand: Operand): AttributeValue | undefined => operandValue(operand, item);
  switch (condition.kind) {
    case 'and':
      return holds(condition.left, item) && holds(condition.right, item);
    case 'or':
      return holds(condition.left, item) || holds(condition.right, item);
    case 'not':
      return !holds(condition.condition, item);
    case 'compare':
      return compares(value(condition.left), condition.comparator, value(condition.right));
    case 'between': {
      const operand = value(condition.operand);
      return compares(operand, '>=', value(condition.low)) && compares(operand, '<=', value(condition.high));
    }
    case 'in': {
      const operand = value(condition.operand);
      return condition.list.some((member) => compares(operand, '=', value(member)));
    }
    case 'exists':
      return (resolvePath(item, condition.path) !== undefined) === condition.expected;
    case 'type': {
      const found = resolvePath(item, condition.path);
      const type = value(condition.type);
      return found !== undefined && type !== undefined && 'S' in type && typeOf(found) === type.S;
    }
    case 'begins-with':
      return beginsWith(value(condition.operand), value(condition.part));
    case 'contains':
      return contains(value(condition.operand), value(condition.part));
  }
}

/** Compares two values; a missing one, or one of another type, only ever differs. */
function compares(a: AttributeValue | undefined, comparator: Comparator, b: AttributeValue | undefined): boolean {
  if (comparator === '<>') return !compares(a, '=', b);
  if (a === undefined || b === undefined) return false;
  if (comparator === '=') return valuesAreEqual(a, b);
  const order = compareValues(a, b);
  if (order === undefined) return false;
  if (comparator === '<') return order < 0;
  if (comparator === '<=') return order <= 0;
  return comparator === '>' ? order > 0 : order >= 0;
}

function beginsWith(value: AttributeValue | undefined, prefix: AttributeValue | undefined): boolean {
  if (value === undefined || prefix === undefined) return false;
  if ('S' in value && 'S' in prefix) return value.S.startsWith(prefix.S);
  if (!('B' in value && 'B' in prefix)) return false;
  const start = Buffer.from(prefix.B, 'base64');
  return Buffer.from(value.B, 'base64').subarray(0, start.length).equals(start);
}

function contains(value: AttributeValue | undefined, part: AttributeValue | undefined): boolean {
  if (value === undefined || part === undefined) return false;
  if ('S' in value && 'S' in part) return value.S.includes(part.S);
  if ('B' in value && 'B' in part) return Buffer.from(value.B, 'base64').includes(Buffer.from(part.B, 'base64'));
  if ('L' in value) return value.L.some((member) => valuesAreEqual(member, part));
  const members = setMembers(value) ?? [];
  if ('SS' in value && 'S' in part) return members.includes(part.S);
  if ('NS' in value && 'N' in part) return members.includes(part.N);
  return 'BS' in value && 'B' in part && members.includes(part.B);
}

function operandValue(operand: Operand, item: Item): AttributeValue | undefined {
  if (operand.kind === 'value') return operand.value;
  if (operand.kind === 'path') return resolvePath(item, operand.path);
  const of = operandValue(operand.of, item);
  const size = of === undefined ? undefined : sizeOf(of);
  return size === undefined ? undefined : { N: String(size) };
}

/** Bytes of a string or binary, members of anything that has members; numbers and truth values have no size. */
function sizeOf(value: AttributeValue): number | undefined {
  if ('S' in value || 'B' in value) return valueBytes(value);
  if ('L' in value) return value.L.length;
  if ('M' in value) return Object.keys(value.M).filter((name) => attribute(value.M, name) !== undefined).length;
  return setMembers(value)?.length;
}
