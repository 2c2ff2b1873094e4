/** Reads update expressions: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.UpdateExpressions.html */
import { setMembers, type AttributeValue } from '../value.ts';
import { expectNoOverlap, parsePath, type Path } from './path.ts';
import type { Placeholders } from './placeholders.ts';
import { Tokens } from './tokens.ts';

/** What a SET assigns. */
export type Assigned =
  | { readonly kind: 'path'; readonly path: Path }
  | { readonly kind: 'value'; readonly value: AttributeValue }
  | { readonly kind: 'if-not-exists'; readonly path: Path; readonly otherwise: Assigned }
  | { readonly kind: 'list-append'; readonly first: Assigned; readonly second: Assigned }
  | { readonly kind: 'plus' | 'minus'; readonly left: Assigned; readonly right: Assigned };

export type UpdateAction =
  | { readonly kind: 'set'; readonly path: Path; readonly to: Assigned }
  | { readonly kind: 'remove'; readonly path: Path }
  | { readonly kind: 'add' | 'delete'; readonly path: Path; readonly value: AttributeValue };

/** Parses an update expression into its actions, whose paths do not overlap. Throws a ValidationException. */
export function parseUpdate(text: string, placeholders: Placeholders): readonly UpdateAction[] {
  const tokens = new Tokens('UpdateExpression', text);
  const seen = new Set<string>();
  const actions: UpdateAction[] = [];
  while (tokens.peek().kind !== 'end') {
    const section = tokens.next().text.toUpperCase();
    if (seen.has(section)) throw tokens.invalid(`The "${section}" section can only be used once in an update expression;`);
    seen.add(section);
    do actions.push(parseAction(section, tokens, placeholders));
    while (tokens.take(','));
  }
  expectNoOverlap(
    actions.map(({ path }) => path),
    tokens,
  );
  return actions;
}

function parseAction(section: string, tokens: Tokens, placeholders: Placeholders): UpdateAction {
  if (!['SET', 'REMOVE', 'ADD', 'DELETE'].includes(section)) throw tokens.invalid(`Syntax error; token: "${section}", near: "${section}"`);
  const path = parsePath(tokens, placeholders);
  if (section === 'REMOVE') return { kind: 'remove', path };
  if (section === 'SET') {
    tokens.expect('=');
    return { kind: 'set', path, to: parseAssigned(tokens, placeholders) };
  }
  if (tokens.peek().kind !== 'value') throw tokens.unexpected();
  const value = placeholders.value(tokens.next().text, tokens);
  const kind = section === 'ADD' ? 'add' : 'delete';
  if (setMembers(value) === undefined && !(kind === 'add' && 'N' in value)) {
    throw tokens.invalid(`Incorrect operand type for operator or function; operator: ${section}, operand type: ${Object.keys(value).join()}`);
  }
  return { kind, path, value };
}

function parseAssigned(tokens: Tokens, placeholders: Placeholders): Assigned {
  const left = parseTerm(tokens, placeholders);
  if (tokens.take('+')) return { kind: 'plus', left, right: parseTerm(tokens, placeholders) };
  if (tokens.take('-')) return { kind: 'minus', left, right: parseTerm(tokens, placeholders) };
  return left;
}

function parseTerm(tokens: Tokens, placeholders: Placeholders): Assigned {
  const { kind, text } = tokens.peek();
  if (kind === 'value') {
    tokens.next();
    return { kind: 'value', value: placeholders.value(text, tokens) };
  }
  if (tokens.take('(')) {
    const inner = parseAssigned(tokens, placeholders);
    tokens.expect(')');
    return inner;
  }
  if (kind !== 'word' || tokens.peek(1).text !== '(') return { kind: 'path', path: parsePath(tokens, placeholders) };
  tokens.next();
  tokens.expect('(');
  const parsed = parseFunction(text, tokens, placeholders);
  tokens.expect(')');
  return parsed;
}

function parseFunction(name: string, tokens: Tokens, placeholders: Placeholders): Assigned {
  if (name === 'if_not_exists') {
    const path = parsePath(tokens, placeholders);
    tokens.expect(',');
    return { kind: 'if-not-exists', path, otherwise: parseAssigned(tokens, placeholders) };
  }
  if (name !== 'list_append') throw tokens.invalid(`Invalid function name; function: ${name}`);
  const first = parseAssigned(tokens, placeholders);
  tokens.expect(',');
  return { kind: 'list-append', first, second: parseAssigned(tokens, placeholders) };
}
