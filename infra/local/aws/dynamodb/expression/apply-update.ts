import { AwsError } from '../../aws-error.ts';
import { addDecimals, formatDecimal, parseDecimal } from '../decimal.ts';
import { attribute, setMembers, typeOf, withMembers, type AttributeValue, type Item } from '../value.ts';
import type { Assigned, UpdateAction } from './parse-update.ts';
import { resolvePath, type Path } from './path.ts';

type Change = { readonly path: Path; readonly value: AttributeValue | undefined };

/** The item after an update. Every operand is read from the item as it was. Throws a ValidationException. */
export function applyUpdate(actions: readonly UpdateAction[], item: Item): Item {
  const changes = actions.map((action): Change => ({ path: action.path, value: newValue(action, item) }));
  // Removals come last and from the end of a list, so that its other indexes still mean what they meant.
  const removals = changes.filter(({ value }) => value === undefined).toSorted((a, b) => lastIndex(b.path) - lastIndex(a.path));
  const sets = changes.filter(({ value }) => value !== undefined).toSorted((a, b) => lastIndex(a.path) - lastIndex(b.path));
  return [...sets, ...removals].reduce((result, { path, value }) => writeMember(result, path, value), item);
}

function newValue(action: UpdateAction, item: Item): AttributeValue | undefined {
  switch (action.kind) {
    case 'set':
      return assignedValue(action.to, item);
    case 'remove':
      return undefined;
    case 'add':
      return add(resolvePath(item, action.path), action.value);
    case 'delete': {
      const current = resolvePath(item, action.path);
      if (current === undefined) return undefined;
      if (typeOf(current) !== typeOf(action.value)) throw wrongType();
      const removed = new Set(setMembers(action.value));
      return withMembers(current, (setMembers(current) ?? []).filter((member) => !removed.has(member)));
    }
  }
}

function assignedValue(assigned: Assigned, item: Item): AttributeValue {
  switch (assigned.kind) {
    case 'value':
      return assigned.value;
    case 'path': {
      const value = resolvePath(item, assigned.path);
      if (value === undefined) throw invalid('The provided expression refers to an attribute that does not exist in the item');
      return value;
    }
    case 'if-not-exists':
      return resolvePath(item, assigned.path) ?? assignedValue(assigned.otherwise, item);
    case 'list-append': {
      const [first, second] = [assignedValue(assigned.first, item), assignedValue(assigned.second, item)];
      if (!('L' in first && 'L' in second)) throw wrongType();
      return { L: [...first.L, ...second.L] };
    }
    default: {
      const [left, right] = [assignedValue(assigned.left, item), assignedValue(assigned.right, item)];
      if (!('N' in left && 'N' in right)) throw wrongType();
      return { N: sum(left.N, right.N, assigned.kind === 'plus' ? 1n : -1n) };
    }
  }
}

function add(current: AttributeValue | undefined, value: AttributeValue): AttributeValue | undefined {
  if (current === undefined) return value;
  if (typeOf(current) !== typeOf(value)) throw wrongType();
  if ('N' in current && 'N' in value) return { N: sum(current.N, value.N, 1n) };
  return withMembers(current, [...new Set([...(setMembers(current) ?? []), ...(setMembers(value) ?? [])])]);
}

function sum(a: string, b: string, sign: 1n | -1n): string {
  return formatDecimal(addDecimals(parseDecimal(a), parseDecimal(b), sign));
}

/** The item with one path changed, or removed when the value is undefined; what lies beside the path is kept. */
function writeMember(item: Item, [head, ...steps]: Path, value: AttributeValue | undefined): Item {
  if (steps.length === 0) return withAttribute(item, head, value);
  return withAttribute(item, head, writeInside(attribute(item, head), steps, value));
}

function writeInside(
  container: AttributeValue | undefined,
  [step, ...rest]: readonly (string | number)[],
  value: AttributeValue | undefined,
): AttributeValue {
  if (container !== undefined && typeof step === 'string' && 'M' in container) {
    const member = rest.length === 0 ? value : writeInside(attribute(container.M, step), rest, value);
    return { M: withAttribute(container.M, step, member) };
  }
  if (container !== undefined && typeof step === 'number' && 'L' in container) {
    const member = rest.length === 0 ? value : writeInside(container.L[step], rest, value);
    if (member === undefined) return { L: container.L.filter((_, i) => i !== step) };
    // An index past the end appends.
    return { L: step < container.L.length ? container.L.with(step, member) : [...container.L, member] };
  }
  throw invalid('The document path provided in the update expression is invalid for update');
}

function withAttribute(item: Item, name: string, value: AttributeValue | undefined): Item {
  if (value !== undefined) return { ...item, [name]: value };
  return Object.fromEntries(Object.entries(item).filter(([other]) => other !== name));
}

function lastIndex(path: Path): number {
  const last = path.at(-1);
  return typeof last === 'number' ? last : -1;
}

function wrongType(): AwsError {
  return invalid('An operand in the update expression has an incorrect data type');
}

function invalid(message: string): AwsError {
  return new AwsError('ValidationException', message);
}
