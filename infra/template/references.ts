import { type Json, asIntrinsic, isObject } from './template.ts';

/** That a value points to something else in its template. */
export interface Reference {
  readonly kind: 'ref' | 'attribute' | 'condition';
  /** A logical id, or a condition's name. */
  readonly target: string;
  /** Of `Fn::GetAtt`. */
  readonly attribute: string | undefined;
  /** Where it stands, as `Properties.Role`. */
  readonly path: string;
  /** The conditions that hold where this is reached, `!Name` for the other branch of an `Fn::If`. */
  readonly under: readonly string[];
}

const SUB_VARIABLE = /\$\{(?!!)([^}]+)\}/g;

/** Every reference within a value. */
export function* referencesIn(value: Json, path: string, under: readonly string[] = []): Generator<Reference> {
  const intrinsic = asIntrinsic(value);
  if (intrinsic) return yield* ofIntrinsic(intrinsic.name, intrinsic.argument, path, under);
  if (Array.isArray(value)) for (const [index, item] of value.entries()) yield* referencesIn(item, `${path}.${index}`, under);
  else if (isObject(value)) for (const [key, item] of Object.entries(value)) yield* referencesIn(item, `${path}.${key}`, under);
}

function* ofIntrinsic(name: string, argument: Json, path: string, under: readonly string[]): Generator<Reference> {
  switch (name) {
    case 'Ref':
      yield { kind: 'ref', target: String(argument), attribute: undefined, path, under };
      return;
    case 'Condition':
      // In a policy statement the same key holds conditions of IAM's.
      if (typeof argument === 'string') yield { kind: 'condition', target: argument, attribute: undefined, path, under };
      else yield* referencesIn(argument, path, under);
      return;
    case 'Fn::GetAtt': {
      const [target = '', ...attribute] = Array.isArray(argument) ? argument.map(String) : String(argument).split('.');
      yield { kind: 'attribute', target, attribute: attribute.join('.'), path, under };
      return;
    }
    case 'Fn::Sub':
      yield* ofSub(argument, path, under);
      return;
    case 'Fn::If': {
      const [condition, whenTrue = null, whenFalse = null] = Array.isArray(argument) ? argument : [];
      yield { kind: 'condition', target: String(condition), attribute: undefined, path, under };
      yield* referencesIn(whenTrue, path, [...under, String(condition)]);
      yield* referencesIn(whenFalse, path, [...under, `!${String(condition)}`]);
      return;
    }
    default:
      yield* referencesIn(argument, path, under);
  }
}

function* ofSub(argument: Json, path: string, under: readonly string[]): Generator<Reference> {
  const [text, own = {}] = Array.isArray(argument) ? argument : [argument];
  const names = isObject(own) ? own : {};
  yield* referencesIn(names, path, under);
  for (const [, variable = ''] of String(text).matchAll(SUB_VARIABLE)) {
    if (Object.hasOwn(names, variable)) continue;
    const [target = '', ...attribute] = variable.split('.');
    if (attribute.length === 0) yield { kind: 'ref', target, attribute: undefined, path, under };
    else yield { kind: 'attribute', target, attribute: attribute.join('.'), path, under };
  }
}
