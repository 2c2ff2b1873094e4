import type { Path } from './expression/path.ts';
import type { Placeholders } from './expression/placeholders.ts';
import { parseProjection } from './expression/projection.ts';
import { expectOneStyle } from './legacy.ts';

/** The parts of items that a request asks for, said either way; `undefined` when it asks for all. */
export function readProjection(
  input: { readonly ProjectionExpression?: string | undefined; readonly AttributesToGet?: readonly string[] | undefined },
  placeholders: Placeholders,
): readonly Path[] | undefined {
  const { ProjectionExpression, AttributesToGet } = input;
  expectOneStyle({ ProjectionExpression }, { AttributesToGet });
  if (ProjectionExpression !== undefined) return parseProjection(ProjectionExpression, placeholders);
  return AttributesToGet?.map((name): Path => [name]);
}
