/** Holds a body against one of Discord's own schemas and says what is wrong in Discord's words. */
import type { $ZodIssue, $ZodType } from 'zod/v4/core';
import { safeParse } from 'zod/v4/core';
import { invalidFormBody } from '../rest/discord-error.ts';
import type { FieldError } from '../rest/discord-error.ts';

type Path = readonly (string | number)[];

/**
 * Parses a body.
 * @throws {DiscordError} 50035 with one entry for each field that does not fit.
 */
export function check<Output>(schema: $ZodType<Output>, body: unknown, at: Path = []): Output {
  const result = safeParse(schema, body);
  if (result.success) return result.data;
  throw invalidFormBody(result.error.issues.flatMap((issue) => complaints(issue, at, body)));
}

function complaints(issue: $ZodIssue, at: Path, body: unknown): readonly FieldError[] {
  const here: Path = [...at, ...issue.path.map((key) => (typeof key === 'symbol' ? String(key) : key))];
  if (issue.code === 'invalid_union') {
    const value = valueAt(body, issue.path);
    const branch = closest(issue.errors);
    if (branch === undefined) return [{ path: here, code: 'BASE_TYPE_CHOICES', message: 'Value does not fit any of the allowed shapes.' }];
    return branch.flatMap((inner) => complaints(inner, here, value));
  }
  const [code, message] = wording(issue, valueAt(body, issue.path));
  return [{ path: here, code, message }];
}

/** Of a union's branches the one whose discriminator fits, else the one with the least to complain about. */
function closest(branches: readonly (readonly $ZodIssue[])[]): readonly $ZodIssue[] | undefined {
  const rightType = branches.filter((issues) => !issues.some((issue) => issue.path.length <= 1 && (issue.path[0] === 'type' || issue.path.length === 0)));
  const candidates = rightType.length > 0 ? rightType : branches;
  return candidates.toSorted((a, b) => a.length - b.length)[0];
}

function wording(issue: $ZodIssue, value: unknown): readonly [code: string, message: string] {
  switch (issue.code) {
    case 'invalid_type':
      return value === undefined || value === null ? ['BASE_TYPE_REQUIRED', 'This field is required'] : wrongType(issue.expected);
    case 'too_big':
      if (issue.origin === 'number' || issue.origin === 'int') return ['NUMBER_TYPE_MAX', `int value should be less than or equal to ${issue.maximum}.`];
      return ['BASE_TYPE_MAX_LENGTH', `Must be ${issue.maximum} or fewer in length.`];
    case 'too_small':
      if (issue.origin === 'number' || issue.origin === 'int') return ['NUMBER_TYPE_MIN', `int value should be greater than or equal to ${issue.minimum}.`];
      return value === '' ? ['BASE_TYPE_REQUIRED', 'This field is required'] : ['BASE_TYPE_MIN_LENGTH', `Must be ${issue.minimum} or more in length.`];
    case 'invalid_value':
      return value === undefined ? ['BASE_TYPE_REQUIRED', 'This field is required'] : ['BASE_TYPE_CHOICES', `Value must be one of {${issue.values.map(String).join(', ')}}.`];
    case 'invalid_format':
      if (issue.format === 'url') return ['URL_TYPE_INVALID_URL', 'Not a well formed URL.'];
      if (issue.format === 'datetime') return ['DATE_TIME_TYPE_PARSE', 'Could not parse the value as a datetime.'];
      return ['NUMBER_TYPE_COERCE', `Value ${JSON.stringify(value)} is not snowflake.`];
    default:
      return ['BASE_TYPE_CHOICES', 'Value does not fit.'];
  }
}

function wrongType(expected: string): readonly [code: string, message: string] {
  if (expected === 'object' || expected === 'record') return ['DICT_TYPE_CONVERT', 'Only dictionaries may be used in a DictType'];
  if (expected === 'array') return ['LIST_TYPE_CONVERT', 'Only iterables may be used in a ListType'];
  if (expected === 'boolean') return ['BOOLEAN_TYPE_CHOICES', 'Must be either true or false.'];
  if (expected === 'number' || expected === 'int') return ['NUMBER_TYPE_COERCE', 'Value is not int.'];
  return ['STRING_TYPE_CONVERT', 'Could not interpret value as string.'];
}

function valueAt(body: unknown, path: readonly PropertyKey[]): unknown {
  let value = body;
  for (const key of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = Reflect.get(value, key);
  }
  return value;
}
