import { referencesIn } from './references.ts';
import type { Template } from './template.ts';

/** Resources that wait for each other, in order, the first once more at the end; CloudFormation refuses such a template. */
export function findCycle({ Resources }: Template): readonly string[] | undefined {
  const done = new Set<string>();

  const visit = (name: string, way: readonly string[]): readonly string[] | undefined => {
    const seenAt = way.indexOf(name);
    if (seenAt >= 0) return [...way.slice(seenAt), name];
    const resource = Resources[name];
    if (done.has(name) || !resource) return undefined;
    const needs = new Set([...resource.DependsOn, ...[...referencesIn(resource.Properties, '')].filter(({ kind }) => kind !== 'condition').map(({ target }) => target)]);
    for (const next of needs) {
      const cycle = visit(next, [...way, name]);
      if (cycle) return cycle;
    }
    done.add(name);
    return undefined;
  };

  for (const name of Object.keys(Resources)) {
    const cycle = visit(name, []);
    if (cycle) return cycle;
  }
  return undefined;
}
