import { attribute, type AttributeValue, type Item } from '../value.ts';
import { expectNoOverlap, parsePath, type Path } from './path.ts';
import type { Placeholders } from './placeholders.ts';
import { Tokens } from './tokens.ts';

/** Reads `a, b.c, d[0]`. Throws a ValidationException. */
export function parseProjection(text: string, placeholders: Placeholders): readonly Path[] {
  const tokens = new Tokens('ProjectionExpression', text);
  const paths: Path[] = [];
  do paths.push(parsePath(tokens, placeholders));
  while (tokens.take(','));
  tokens.expectEnd();
  expectNoOverlap(paths, tokens);
  return paths;
}

/** The parts of an item that the paths lead to, in their places; lists close up. */
export function project(item: Item, paths: readonly Path[]): Item {
  return projectMap(item, paths);
}

function projectMap(map: Item, paths: readonly (readonly (string | number)[])[]): Item {
  const names = new Set(paths.map(([head]) => head));
  return Object.fromEntries(
    [...names].flatMap((name) => {
      const value = typeof name === 'string' ? attribute(map, name) : undefined;
      const kept = value && projectValue(value, tails(paths, name));
      return kept === undefined ? [] : [[name, kept]];
    }),
  );
}

function projectValue(value: AttributeValue, paths: readonly (readonly (string | number)[])[]): AttributeValue | undefined {
  if (paths.some((path) => path.length === 0)) return value;
  if ('M' in value) {
    const kept = projectMap(value.M, paths);
    return Object.keys(kept).length === 0 ? undefined : { M: kept };
  }
  if (!('L' in value)) return undefined;
  const indexes = [...new Set(paths.map(([head]) => head))].filter((head) => typeof head === 'number').toSorted((a, b) => a - b);
  const kept = indexes.flatMap((index) => {
    const member = value.L[index];
    return (member && projectValue(member, tails(paths, index))) ?? [];
  });
  return kept.length === 0 ? undefined : { L: kept };
}

function tails(paths: readonly (readonly (string | number)[])[], head: string | number | undefined): readonly (readonly (string | number)[])[] {
  return paths.filter((path) => path[0] === head).map((path) => path.slice(1));
}
