import * as v from 'valibot';
import { NotYet } from './case-result.ts';

const Named = v.object({ id: v.string() });

/** A case's own id, or its place where it has none. */
export function caseId(json: unknown, index: number): string {
  const parsed = v.safeParse(Named, json);
  return parsed.success ? parsed.output.id : String(index);
}

/** Reads a case. What the recorder wrote as null was absent. Throws NotYet naming what is not understood: a newer format, mostly. */
export function understand<S extends v.GenericSchema>(schema: S, json: unknown): v.InferOutput<S> {
  const parsed = v.safeParse(schema, withoutNulls(json));
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  throw new NotYet(`the case is not understood: ${v.getDotPath(issue) ?? 'as a whole'}: ${issue.message}`);
}

function withoutNulls(json: unknown): unknown {
  if (Array.isArray(json)) return json.map(withoutNulls);
  if (typeof json !== 'object' || json === null) return json;
  return Object.fromEntries(Object.entries(json).flatMap(([key, value]) => (value === null ? [] : [[key, withoutNulls(value)]])));
}
