import { AwsError } from '../aws-error.ts';
import { compareDecimals, formatDecimal, parseDecimal } from './decimal.ts';

/** A value as it travels: tagged by its type, binary in base64. Numbers are kept in their plain notation. */
export type AttributeValue =
  | { readonly S: string }
  | { readonly N: string }
  | { readonly B: string }
  | { readonly BOOL: boolean }
  | { readonly NULL: boolean }
  | { readonly SS: readonly string[] }
  | { readonly NS: readonly string[] }
  | { readonly BS: readonly string[] }
  | { readonly M: Item }
  | { readonly L: readonly AttributeValue[] };

export type Item = Readonly<Record<string, AttributeValue>>;
export type Type = 'S' | 'N' | 'B' | 'BOOL' | 'NULL' | 'SS' | 'NS' | 'BS' | 'M' | 'L';

/** The attribute of an item, its own ones only. */
export function attribute(item: Item, name: string): AttributeValue | undefined {
  return Object.hasOwn(item, name) ? item[name] : undefined;
}

/** Parses a map of values. Throws a ValidationException that says what is wrong. */
export function parseItem(raw: unknown): Item {
  if (!isObject(raw)) throw new AwsError('SerializationException', 'an item must be a map of attribute values');
  return Object.fromEntries(Object.entries(raw).map(([name, value]) => [name, parseValue(value)]));
}

/** Parses one value and brings numbers into their plain notation. */
export function parseValue(raw: unknown): AttributeValue {
  if (!isObject(raw)) throw new AwsError('SerializationException', 'an attribute value must be a map of type and value');
  const [entry, ...others] = Object.entries(raw);
  if (entry === undefined || others.length > 0) {
    const problem = entry === undefined ? 'is empty' : 'has more than one datatypes set';
    throw invalid(`Supplied AttributeValue ${problem}, must contain exactly one of the supported datatypes`);
  }
  const [type, value] = entry;
  if (type === 'S' && typeof value === 'string') return { S: value };
  if (type === 'N' && typeof value === 'string') return { N: plain(value) };
  if (type === 'B' && typeof value === 'string') return { B: base64(value) };
  if (type === 'BOOL' && typeof value === 'boolean') return { BOOL: value };
  if (type === 'NULL' && value === true) return { NULL: true };
  if (type === 'SS') return { SS: parseSet(value, 'string', (member) => member) };
  if (type === 'NS') return { NS: parseSet(value, 'number', plain) };
  if (type === 'BS') return { BS: parseSet(value, 'binary', base64) };
  if (type === 'M') return { M: parseItem(value) };
  if (type === 'L' && Array.isArray(value)) return { L: value.map(parseValue) };
  throw new AwsError('SerializationException', `not a value of type ${type}`);
}

export function typeOf(value: AttributeValue): Type {
  for (const type of ['S', 'N', 'B', 'BOOL', 'NULL', 'SS', 'NS', 'BS', 'M'] as const) if (type in value) return type;
  return 'L';
}

/** The members of a set, `undefined` for anything else. */
export function setMembers(value: AttributeValue): readonly string[] | undefined {
  if ('SS' in value) return value.SS;
  if ('NS' in value) return value.NS;
  return 'BS' in value ? value.BS : undefined;
}

/** A set of the same type with other members; `undefined` when none are left, since a set may not be empty. */
export function withMembers(value: AttributeValue, members: readonly string[]): AttributeValue | undefined {
  if (members.length === 0) return undefined;
  if ('SS' in value) return { SS: members };
  return 'NS' in value ? { NS: members } : { BS: members };
}

/** Orders two strings, numbers or binaries of one type; `undefined` for values that have no order between them. */
export function compareValues(a: AttributeValue, b: AttributeValue): number | undefined {
  if ('S' in a && 'S' in b) return a.S === b.S ? 0 : Buffer.compare(Buffer.from(a.S), Buffer.from(b.S));
  if ('N' in a && 'N' in b) return a.N === b.N ? 0 : compareDecimals(parseDecimal(a.N), parseDecimal(b.N));
  if ('B' in a && 'B' in b) return Buffer.compare(Buffer.from(a.B, 'base64'), Buffer.from(b.B, 'base64'));
  return undefined;
}

/** Equal in type and value; sets whatever their order. */
export function valuesAreEqual(a: AttributeValue, b: AttributeValue): boolean {
  if (typeOf(a) !== typeOf(b)) return false;
  const members = setMembers(a);
  if (members !== undefined) {
    const others = new Set(setMembers(b));
    return members.length === others.size && members.every((member) => others.has(member));
  }
  if ('L' in a && 'L' in b) return a.L.length === b.L.length && a.L.every((value, i) => sameOptional(value, b.L[i]));
  if ('M' in a && 'M' in b) {
    const names = Object.keys(a.M);
    return names.length === Object.keys(b.M).length && names.every((name) => sameOptional(attribute(a.M, name), attribute(b.M, name)));
  }
  return JSON.stringify(a) === JSON.stringify(b);
}

/** Bytes an item counts for, by the rules of https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html */
export function itemBytes(item: Item): number {
  return Object.entries(item).reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + valueBytes(value), 0);
}

/** Bytes one value counts for. */
export function valueBytes(value: AttributeValue): number {
  if ('S' in value) return Buffer.byteLength(value.S);
  if ('N' in value) return numberBytes(value.N);
  if ('B' in value) return Buffer.byteLength(value.B, 'base64');
  if ('SS' in value) return value.SS.reduce((sum, member) => sum + Buffer.byteLength(member), 0);
  if ('NS' in value) return value.NS.reduce((sum, member) => sum + numberBytes(member), 0);
  if ('BS' in value) return value.BS.reduce((sum, member) => sum + Buffer.byteLength(member, 'base64'), 0);
  if ('L' in value) return 3 + value.L.reduce((sum, member) => sum + 1 + valueBytes(member), 0);
  if ('M' in value) return 3 + itemBytes(value.M) + Object.keys(value.M).length;
  return 1;
}

function numberBytes(text: string): number {
  return Math.ceil(text.replace(/^-?0*\.?0*/, '').replace('.', '').length / 2) + 1 + Number(text.startsWith('-'));
}

function sameOptional(a: AttributeValue | undefined, b: AttributeValue | undefined): boolean {
  return a !== undefined && b !== undefined && valuesAreEqual(a, b);
}

function parseSet(raw: unknown, kind: string, parse: (member: string) => string): readonly string[] {
  if (!Array.isArray(raw) || !raw.every((member) => typeof member === 'string')) {
    throw new AwsError('SerializationException', `a ${kind} set must be a list of strings`);
  }
  const members = raw.map(parse);
  const problem = 'One or more parameter values were invalid:';
  if (members.length === 0) throw invalid(`${problem} An ${kind} set  may not be empty`);
  if (new Set(members).size < members.length) throw invalid(`${problem} Input collection [${raw.join(', ')}] contains duplicates.`);
  return members;
}

function plain(text: string): string {
  return formatDecimal(parseDecimal(text));
}

function base64(text: string): string {
  const clean = Buffer.from(text, 'base64').toString('base64');
  if (clean.replaceAll('=', '') !== text.replaceAll('=', '')) throw new AwsError('SerializationException', 'binary values must be base64');
  return clean;
}

function isObject(raw: unknown): raw is Record<string, unknown> {
  return typeof raw === 'object' && raw !== null && !Array.isArray(raw);
}

function invalid(message: string): AwsError {
  return new AwsError('ValidationException', message);
}
