/**
 * Finds fields that no schema knows. Discord ignores them in silence, so we do not refuse either; but a field that is
 * ignored is nearly always a slip, so the host is told.
 */
import type { $ZodType, $ZodTypes } from 'zod/v4/core';

/** Documented, but missing in the published schemas. */
const DOCUMENTED = new Set(['nsfw']);

/** Paths such as `embeds.0.titel`; none when all is known. A schema of several branches knows what any branch knows. */
export function unknownFields(schema: $ZodType, value: unknown, path = ''): readonly string[] {
  const def = insideOf(schema);
  switch (def.type) {
    case 'optional':
    case 'nullable':
      return unknownFields(def.innerType, value, path);
    case 'lazy':
      return unknownFields(def.getter(), value, path);
    case 'array':
      return Array.isArray(value) ? value.flatMap((item, index) => unknownFields(def.element, item, `${path}${index}.`)) : [];
    case 'union':
      return fewest(def.options.filter((option) => fitsType(option, value)).map((option) => unknownFields(option, value, path)));
    case 'object':
      if (typeof value !== 'object' || value === null) return [];
      return Object.entries(value).flatMap(([key, field]) => {
        const known = def.shape[key];
        if (known === undefined && (saysNothing(field) || DOCUMENTED.has(key))) return [];
        return known === undefined ? [`${path}${key}`] : unknownFields(known, field, `${path}${key}.`);
      });
    default:
      return [];
  }
}

/** `$ZodTypes` is zod's own union of its classes: the documented way to look inside a schema. */
function insideOf(schema: $ZodType): $ZodTypes['_zod']['def'] {
  // oxlint-disable-next-line no-underscore-dangle -- zod's name for its inside
  return (schema as $ZodTypes)._zod.def;
}

function fitsType(option: $ZodType, value: unknown): boolean {
  const def = insideOf(option);
  if (def.type === 'lazy') return fitsType(def.getter(), value);
  if (def.type !== 'object' || typeof value !== 'object' || value === null) return true;
  const discriminator = def.shape['type'];
  if (discriminator === undefined || !('type' in value)) return true;
  const inner = insideOf(discriminator);
  return inner.type !== 'literal' || inner.values.some((allowed) => allowed === value.type);
}

function fewest(candidates: readonly (readonly string[])[]): readonly string[] {
  return candidates.toSorted((a, b) => a.length - b.length)[0] ?? [];
}

/** discord.js sends some flags to every route, all of them off. */
function saysNothing(value: unknown): boolean {
  return value === null || value === undefined || value === false;
}
