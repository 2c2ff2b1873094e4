/**
 * Reads condition, filter and key condition expressions.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html
 */
import { typeOf } from '../value.ts';
import type { Comparator, Condition, Operand } from './condition.ts';
import { parsePath, type Path } from './path.ts';
import type { Placeholders } from './placeholders.ts';
import { Tokens } from './tokens.ts';

const COMPARATORS: readonly Comparator[] = ['=', '<>', '<=', '>=', '<', '>'];
const FUNCTIONS = ['attribute_exists', 'attribute_not_exists', 'attribute_type', 'begins_with', 'contains', 'size'];

/** Parses an expression; `expressionName` is the request's field, for errors. Throws a ValidationException. */
export function parseCondition(expressionName: string, text: string, placeholders: Placeholders): Condition {
  const tokens = new Tokens(expressionName, text);
  const condition = new ConditionParser(tokens, placeholders).disjunction();
  tokens.expectEnd();
  return condition;
}

class ConditionParser {
  constructor(
    private readonly tokens: Tokens,
    private readonly placeholders: Placeholders,
  ) {}

  disjunction(): Condition {
    let left = this.#conjunction();
    while (this.tokens.take('OR')) left = { kind: 'or', left, right: this.#conjunction() };
    return left;
  }

  #conjunction(): Condition {
    let left = this.#negation();
    while (this.tokens.take('AND')) left = { kind: 'and', left, right: this.#negation() };
    return left;
  }

  #negation(): Condition {
    if (this.tokens.take('NOT')) return { kind: 'not', condition: this.#negation() };
    if (this.tokens.take('(')) {
      const inner = this.disjunction();
      this.tokens.expect(')');
      return inner;
    }
    return this.#isFunction() && this.tokens.peek().text !== 'size' ? this.#function() : this.#comparison();
  }

  #comparison(): Condition {
    const left = this.#operand();
    if (this.tokens.take('BETWEEN')) {
      const low = this.#operand();
      this.tokens.expect('AND');
      return { kind: 'between', operand: left, low, high: this.#operand() };
    }
    if (this.tokens.take('IN')) {
      this.tokens.expect('(');
      const list = [this.#operand()];
      while (this.tokens.take(',')) list.push(this.#operand());
      this.tokens.expect(')');
      return { kind: 'in', operand: left, list };
    }
    const comparator = COMPARATORS.find((symbol) => this.tokens.take(symbol));
    if (comparator === undefined) throw this.tokens.unexpected();
    const right = this.#operand();
    if (comparator !== '=' && comparator !== '<>') for (const side of [left, right]) this.#expectType(side, comparator, ['S', 'N', 'B']);
    return { kind: 'compare', comparator, left, right };
  }

  #function(): Condition {
    const name = this.tokens.next().text;
    this.tokens.expect('(');
    const condition = this.#arguments(name);
    this.tokens.expect(')');
    return condition;
  }

  #arguments(name: string): Condition {
    if (name === 'attribute_exists' || name === 'attribute_not_exists') {
      return { kind: 'exists', path: this.#path(), expected: name === 'attribute_exists' };
    }
    if (name === 'attribute_type') {
      const path = this.#path();
      this.tokens.expect(',');
      const type = this.#operand();
      this.#expectType(type, name, ['S']);
      return { kind: 'type', path, type };
    }
    const operand = this.#operand();
    this.tokens.expect(',');
    const part = this.#operand();
    if (name === 'contains') return { kind: 'contains', operand, part };
    this.#expectType(part, name, ['S', 'B']);
    return { kind: 'begins-with', operand, part };
  }

  #operand(): Operand {
    const { kind, text } = this.tokens.peek();
    if (kind === 'value') {
      this.tokens.next();
      return { kind: 'value', value: this.placeholders.value(text, this.tokens) };
    }
    if (!this.#isFunction()) return { kind: 'path', path: this.#path() };
    if (text !== 'size') {
      const known = FUNCTIONS.includes(text);
      throw this.tokens.invalid(
        known ? `The function is not allowed to be used this way in an expression; function: ${text}` : `Invalid function name; function: ${text}`,
      );
    }
    this.tokens.next();
    this.tokens.expect('(');
    const of = this.#operand();
    this.tokens.expect(')');
    return { kind: 'size', of };
  }

  #path(): Path {
    return parsePath(this.tokens, this.placeholders);
  }

  #isFunction(): boolean {
    return this.tokens.peek().kind === 'word' && this.tokens.peek(1).text === '(' && !/^(in|and|or|not|between)$/i.test(this.tokens.peek().text);
  }

  #expectType(operand: Operand, user: string, types: readonly string[]): void {
    if (operand.kind !== 'value' || types.includes(typeOf(operand.value))) return;
    throw this.tokens.invalid(
      `Incorrect operand type for operator or function; operator or function: ${user}, operand type: ${typeOf(operand.value)}`,
    );
  }
}
