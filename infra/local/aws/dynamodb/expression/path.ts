import { attribute, type AttributeValue, type Item } from '../value.ts';
import type { Placeholders } from './placeholders.ts';
import { RESERVED_WORDS } from './reserved-words.ts';
import type { Tokens } from './tokens.ts';

/** A document path, `a.b[2]`: an attribute's name, then names in maps and indexes in lists. */
export type Path = readonly [string, ...(readonly (string | number)[])];

/** Reads a document path. Throws a ValidationException for reserved words and undefined placeholders. */
export function parsePath(tokens: Tokens, placeholders: Placeholders): Path {
  const steps: (string | number)[] = [];
  const head = parseName(tokens, placeholders);
  for (;;) {
    if (tokens.take('.')) {
      steps.push(parseName(tokens, placeholders));
    } else if (tokens.take('[')) {
      if (tokens.peek().kind !== 'number') throw tokens.unexpected();
      steps.push(Number(tokens.next().text));
      tokens.expect(']');
    } else {
      return [head, ...steps];
    }
  }
}

function parseName(tokens: Tokens, placeholders: Placeholders): string {
  const { kind, text } = tokens.peek();
  if (kind !== 'word' && kind !== 'name') throw tokens.unexpected();
  tokens.next();
  if (kind === 'name') return placeholders.name(text, tokens);
  if (RESERVED_WORDS.has(text.toUpperCase())) {
    throw tokens.invalid(`Attribute name is a reserved keyword; reserved keyword: ${text}`);
  }
  return text;
}

/** The value a path leads to; `undefined` when it leads nowhere. */
export function resolvePath(item: Item, [head, ...steps]: Path): AttributeValue | undefined {
  return steps.reduce((value: AttributeValue | undefined, step) => {
    if (value === undefined) return undefined;
    if (typeof step === 'number') return 'L' in value ? value.L[step] : undefined;
    return 'M' in value ? attribute(value.M, step) : undefined;
  }, attribute(item, head));
}

/** `[a, b, [2]]`, as error messages write paths. */
export function describePath(path: Path): string {
  return `[${path.map((step) => (typeof step === 'number' ? `[${step}]` : step)).join(', ')}]`;
}

/** Throws when one path is, or lies inside, another. */
export function expectNoOverlap(paths: readonly Path[], tokens: Tokens): void {
  for (const [i, one] of paths.entries()) {
    for (const two of paths.slice(i + 1)) {
      if (one.slice(0, two.length).every((step, k) => step === two[k])) {
        throw tokens.invalid(
          'Two document paths overlap with each other; must remove or rewrite one of these paths; ' +
            `path one: ${describePath(one)}, path two: ${describePath(two)}`,
        );
      }
    }
  }
}
