import type { PropertyType, ResourceProperties } from '@aws-cdk/service-spec-types';
import type { Schema } from './schema.ts';
import { type Json, asIntrinsic, isObject } from './template.ts';

/** Something that CloudFormation would refuse. */
export interface Finding {
  /** A resource's logical id, or an output's or a condition's name. */
  readonly where: string;
  readonly path: string;
  readonly problem: string;
}

export type Problem = Omit<Finding, 'where'>;

/** What gives a list; every other function gives one value, or what its branches give. */
const GIVE_LISTS: ReadonlySet<string> = new Set(['Fn::Split', 'Fn::GetAZs', 'Fn::Cidr']);
/** What may give anything. */
const GIVE_ANYTHING: ReadonlySet<string> = new Set(['Fn::FindInMap', 'Fn::Select', 'Fn::Transform', 'Fn::ImportValue']);
const NO_VALUE = 'AWS::NoValue';

/** Checks an object's properties: that each is known and fits its type, and that none is missing. */
export function* checkProperties(value: Readonly<Record<string, Json>>, properties: ResourceProperties, path: string, schema: Schema): Generator<Problem> {
  for (const [name, item] of Object.entries(value)) {
    const property = Object.hasOwn(properties, name) ? properties[name] : undefined;
    const at = `${path}.${name}`;
    if (!property) yield { path: at, problem: `there is no such property; ${listed(Object.keys(properties))}` };
    else yield* checkValue(item, property.type, at, schema);
  }
  for (const [name, property] of Object.entries(properties)) {
    if (property.required && (!Object.hasOwn(value, name) || isNoValue(value[name]))) yield { path: `${path}.${name}`, problem: 'is required and missing' };
  }
}

/** Checks a value against a type of AWS's schema. A number that is written as text fits, as CloudFormation has it. */
export function* checkValue(value: Json, type: PropertyType, path: string, schema: Schema): Generator<Problem> {
  const intrinsic = asIntrinsic(value);
  if (intrinsic?.name === 'Fn::If') {
    const [, ...branches] = Array.isArray(intrinsic.argument) ? intrinsic.argument : [];
    for (const branch of branches) if (!isNoValue(branch)) yield* checkValue(branch, type, path, schema);
    return;
  }
  if (intrinsic && type.type !== 'json') return yield* checkIntrinsic(intrinsic.name, type, path);
  switch (type.type) {
    case 'union': {
      const each = type.types.map((one) => [...checkValue(value, one, path, schema)]);
      // Of several forms, the one that fits best says what is wrong.
      if (each.every((problems) => problems.length > 0)) yield* each.toSorted((a, b) => a.length - b.length)[0] ?? [];
      return;
    }
    case 'array':
      if (!Array.isArray(value)) return yield { path, problem: `must be a list, and is ${described(value)}` };
      for (const [index, item] of value.entries()) if (!isNoValue(item)) yield* checkValue(item, type.element, `${path}.${index}`, schema);
      return;
    case 'map':
      if (!isObject(value)) return yield { path, problem: `must be an object, and is ${described(value)}` };
      for (const [key, item] of Object.entries(value)) yield* checkValue(item, type.element, `${path}.${key}`, schema);
      return;
    case 'ref':
      if (!isObject(value)) return yield { path, problem: `must be an object, and is ${described(value)}` };
      return yield* checkProperties(value, schema.structure(type), path, schema);
    case 'tag':
      if (!isObject(value) || !Object.hasOwn(value, 'Key') || !Object.hasOwn(value, 'Value')) yield { path, problem: 'must be a tag: Key and Value' };
      return;
    case 'json':
      if (typeof value !== 'object' && typeof value !== 'string') yield { path, problem: `must be JSON, and is ${described(value)}` };
      return;
    default:
      yield* checkScalar(value, type, path);
  }
}

function* checkScalar(value: Json, type: PropertyType, path: string): Generator<Problem> {
  if (!fits(value, type.type)) return yield { path, problem: `must be ${article(type.type)}, and is ${described(value)}` };
  const allowed: readonly (string | number)[] | undefined = 'allowedValues' in type ? type.allowedValues : undefined;
  if (allowed && !allowed.some((one) => String(one) === String(value))) yield { path, problem: `${String(value)} is none of ${allowed.join(', ')}` };
}

function fits(value: Json, type: string): boolean {
  switch (type) {
    case 'integer':
      return /^-?\d+$/.test(String(value)) && typeof value !== 'object';
    case 'number':
      return (typeof value === 'number' || typeof value === 'string') && String(value).trim() !== '' && Number.isFinite(Number(value));
    case 'boolean':
      return value === true || value === false || value === 'true' || value === 'false';
    case 'null':
      return value === null;
    default:
      return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
  }
}

function* checkIntrinsic(name: string, type: PropertyType, path: string): Generator<Problem> {
  if (GIVE_ANYTHING.has(name) || name === 'Ref' || name === 'Fn::GetAtt') return;
  const types = type.type === 'union' ? type.types : [type];
  const takesList = types.some((one) => one.type === 'array' || one.type === 'json');
  const takesOne = types.some((one) => !['array', 'map', 'ref', 'tag'].includes(one.type));
  if (GIVE_LISTS.has(name) ? !takesList : !takesOne) yield { path, problem: `must be ${article(type.type)}, which ${name} does not give` };
}

function isNoValue(value: Json | undefined): boolean {
  const intrinsic = asIntrinsic(value);
  return intrinsic?.name === 'Ref' && intrinsic.argument === NO_VALUE;
}

function article(type: string): string {
  return { integer: 'a whole number', number: 'a number', boolean: 'true or false', array: 'a list', map: 'an object', ref: 'an object' }[type] ?? `a ${type}`;
}

function described(value: Json): string {
  if (value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : JSON.stringify(value);
}

function listed(names: readonly string[]): string {
  return names.length > 25 ? `known are ${names.slice(0, 25).join(', ')}, …` : `known are ${names.join(', ')}`;
}
