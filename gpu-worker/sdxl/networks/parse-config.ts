import * as v from 'valibot';
import { BadCheckpoint } from '../checkpoint/bad-checkpoint.ts';

/** Parses a config.json's contents; a field that this engine cannot run becomes a `BadCheckpoint` that names it. */
export function parseConfig<T>(schema: v.GenericSchema<unknown, T>, file: string, json: unknown): T {
  const result = v.safeParse(schema, json);
  if (result.success) return result.output;
  const [issue] = result.issues;
  const field = v.getDotPath(issue);
  throw new BadCheckpoint(file, field === null ? issue.message : `this engine cannot run ${field} ${issue.received}: it runs ${issue.expected ?? issue.message}`);
}

/** A field that may be absent or null, and else must be this: anything more is a variant that the engine does not have. */
export function only<const T extends string | number | boolean>(value: T) {
  return v.nullish(v.literal(value), value);
}

/** A field that only a variant sets: absent, null or false here. */
export const unset = v.nullish(v.literal(false));

export const positive = v.pipe(v.number(), v.integer(), v.minValue(1));
