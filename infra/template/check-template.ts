import { checkReferences } from './check-references.ts';
import { type Finding, checkProperties } from './check-value.ts';
import { findCycle } from './find-cycle.ts';
import type { Schema } from './schema.ts';
import type { Template } from './template.ts';

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html */
const MOST_RESOURCES = 500;

/**
 * Checks a template as CloudFormation will, before anything is created: types, properties, values and references. What only an
 * account can tell (quotas, names that are taken, images that are missing) it cannot.
 */
export function checkTemplate(template: Template, schema: Schema): readonly Finding[] {
  return [...checkResources(template, schema), ...checkReferences(template, schema), ...checkWhole(template)];
}

function* checkResources({ Resources }: Template, schema: Schema): Generator<Finding> {
  for (const [where, { Type, Properties }] of Object.entries(Resources)) {
    const known = schema.resource(Type);
    if (!known) yield { where, path: 'Type', problem: `there is no resource type ${Type}` };
    else for (const problem of checkProperties(Properties, known.properties, 'Properties', schema)) yield { where, ...problem };
  }
}

function* checkWhole(template: Template): Generator<Finding> {
  const cycle = findCycle(template);
  if (cycle) yield { where: cycle[0] ?? '', path: 'Resources', problem: `waits for itself: ${cycle.join(' → ')}` };
  const count = Object.keys(template.Resources).length;
  if (count > MOST_RESOURCES) yield { where: 'template', path: 'Resources', problem: `${count} resources; a stack takes ${MOST_RESOURCES}` };
}
