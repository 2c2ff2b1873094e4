import type { Finding } from './check-value.ts';
import { type Reference, referencesIn } from './references.ts';
import type { Schema } from './schema.ts';
import type { Json, Template } from './template.ts';

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/pseudo-parameter-reference.html */
const PSEUDO_PARAMETERS: ReadonlySet<string> = new Set(
  ['AccountId', 'NoValue', 'NotificationARNs', 'Partition', 'Region', 'StackId', 'StackName', 'URLSuffix'].map((name) => `AWS::${name}`),
);

interface Place {
  readonly where: string;
  readonly value: Json;
  readonly path: string;
  /** Under which condition this part of the template is there. */
  readonly condition: string | undefined;
}

/** Everything that points nowhere, to an attribute that its target lacks, or to what may not be there. */
export function* checkReferences(template: Template, schema: Schema): Generator<Finding> {
  for (const place of placesOf(template)) {
    const under = place.condition === undefined ? [] : [place.condition];
    for (const reference of referencesIn(place.value, place.path, under)) {
      const problem = problemOf(reference, template, schema);
      if (problem !== undefined) yield { where: place.where, path: reference.path, problem };
    }
    if (place.condition !== undefined && !Object.hasOwn(template.Conditions, place.condition)) {
      yield { where: place.where, path: 'Condition', problem: `there is no condition ${place.condition}` };
    }
  }
  for (const [where, { DependsOn }] of Object.entries(template.Resources)) {
    for (const target of DependsOn) if (!Object.hasOwn(template.Resources, target)) yield { where, path: 'DependsOn', problem: `there is no resource ${target}` };
  }
}

function* placesOf({ Resources, Outputs, Conditions }: Template): Generator<Place> {
  for (const [where, { Properties, Condition }] of Object.entries(Resources)) yield { where, value: Properties, path: 'Properties', condition: Condition };
  for (const [where, { Condition, ...output }] of Object.entries(Outputs)) {
    yield { where, value: output, path: 'Outputs', condition: typeof Condition === 'string' ? Condition : undefined };
  }
  for (const [where, value] of Object.entries(Conditions)) yield { where, value, path: 'Conditions', condition: undefined };
}

function problemOf({ kind, target, attribute, under }: Reference, { Resources, Parameters, Conditions }: Template, schema: Schema): string | undefined {
  if (kind === 'condition') return Object.hasOwn(Conditions, target) ? undefined : `there is no condition ${target}`;
  if (kind === 'ref' && (PSEUDO_PARAMETERS.has(target) || Object.hasOwn(Parameters, target))) return undefined;
  const resource = Object.hasOwn(Resources, target) ? Resources[target] : undefined;
  if (!resource) return `there is no resource or parameter ${target}`;
  if (kind === 'attribute' && !hasAttribute(schema, resource.Type, attribute ?? '')) return `${target} (${resource.Type}) has no attribute ${attribute}`;
  if (resource.Condition !== undefined && !under.includes(resource.Condition)) {
    return `${target} is there only if ${resource.Condition}, and this is there without`;
  }
  return undefined;
}

function hasAttribute(schema: Schema, type: string, attribute: string): boolean {
  const attributes = schema.resource(type)?.attributes;
  // Of a type without a schema nothing is known; that it has none is a finding of its own.
  return attributes === undefined || Object.hasOwn(attributes, attribute);
}
