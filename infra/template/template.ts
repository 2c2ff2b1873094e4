/** A CloudFormation template as plain JSON, as `serverless package` writes it. */
import { readFile } from 'node:fs/promises';
import * as v from 'valibot';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

export interface Resource {
  readonly Type: string;
  readonly Properties: JsonObject;
  readonly Condition?: string | undefined;
  readonly DependsOn: readonly string[];
}

export interface Template {
  readonly Resources: Readonly<Record<string, Resource>>;
  readonly Parameters: Readonly<Record<string, JsonObject>>;
  readonly Conditions: Readonly<Record<string, Json>>;
  readonly Outputs: Readonly<Record<string, JsonObject>>;
}

/** What JSON.parse gives is JSON all the way down: only its outermost shape needs a look. */
const json = v.custom<Json>((value) => value !== undefined);
const jsonObject = v.custom<JsonObject>((value) => typeof value === 'object' && value !== null && !Array.isArray(value));
const section = v.optional(v.record(v.string(), jsonObject));

const template = v.object({
  Resources: v.record(
    v.string(),
    v.object({
      Type: v.string(),
      Properties: v.optional(jsonObject),
      Condition: v.optional(v.string()),
      DependsOn: v.pipe(
        v.optional(v.union([v.string(), v.array(v.string())]), []),
        v.transform((names) => (typeof names === 'string' ? [names] : names)),
      ),
    }),
  ),
  Parameters: section,
  Conditions: v.optional(v.record(v.string(), json)),
  Outputs: section,
});

/** Where `serverless package` leaves it. */
export const PACKAGED_TEMPLATE = '.serverless/cloudformation-template-update-stack.json';

/** @throws {v.ValiError} when it is no template at all */
export function parseTemplate(raw: unknown): Template {
  const { Resources, Parameters = {}, Conditions = {}, Outputs = {} } = v.parse(template, raw);
  const resources = Object.entries(Resources).map(([name, { Properties = {}, ...rest }]) => [name, { ...rest, Properties }] as const);
  return { Resources: Object.fromEntries(resources), Parameters, Conditions, Outputs };
}

export async function readTemplate(file: string): Promise<Template> {
  return parseTemplate(JSON.parse(await readFile(file, 'utf8')));
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The name and the argument of an intrinsic function (`{"Ref": …}`, `{"Fn::Sub": …}`), if the value is one. */
export function asIntrinsic(value: Json | undefined): { readonly name: string; readonly argument: Json } | undefined {
  if (!isObject(value)) return undefined;
  const [only, ...others] = Object.entries(value);
  if (!only || others.length > 0) return undefined;
  const [name, argument] = only;
  return name === 'Ref' || name === 'Condition' || name.startsWith('Fn::') ? { name, argument } : undefined;
}
