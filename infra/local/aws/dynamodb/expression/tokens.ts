import { AwsError } from '../../aws-error.ts';

export interface Token {
  readonly kind: 'word' | 'name' | 'value' | 'number' | 'symbol' | 'end';
  readonly text: string;
}

const PATTERN =
  /\s*(?:(?<name>#[\w-]+)|(?<value>:[\w-]+)|(?<number>\d+)|(?<word>[A-Za-z_]\w*)|(?<symbol><>|<=|>=|[=<>()[\],.+-]))/y;
const END: Token = { kind: 'end', text: '<EOF>' };

/** Reads an expression token by token. Every error names the expression it is in, as DynamoDB's do. */
export class Tokens {
  #position = 0;
  readonly #tokens: readonly Token[];

  constructor(
    /** `ConditionExpression`, `UpdateExpression`, … */
    readonly expressionName: string,
    text: string,
  ) {
    if (text.trim() === '') throw this.invalid('The expression can not be empty;');
    this.#tokens = Array.from(this.#split(text));
  }

  peek(ahead = 0): Token {
    return this.#tokens[this.#position + ahead] ?? END;
  }

  next(): Token {
    const token = this.peek();
    this.#position += 1;
    return token;
  }

  /** Takes the next token when it is this symbol or keyword (in any case). */
  take(text: string): boolean {
    const { kind, text: found } = this.peek();
    const matches = kind === 'symbol' ? found === text : kind === 'word' && found.toUpperCase() === text;
    if (matches) this.#position += 1;
    return matches;
  }

  expect(text: string): void {
    if (!this.take(text)) throw this.unexpected();
  }

  expectEnd(): void {
    if (this.peek().kind !== 'end') throw this.unexpected();
  }

  unexpected(): AwsError {
    const near = this.#tokens.slice(Math.max(0, this.#position - 1), this.#position + 2).map(({ text }) => text);
    return this.invalid(`Syntax error; token: "${this.peek().text}", near: "${near.join(' ')}"`);
  }

  invalid(problem: string): AwsError {
    return new AwsError('ValidationException', `Invalid ${this.expressionName}: ${problem}`);
  }

  *#split(text: string): Generator<Token> {
    const pattern = new RegExp(PATTERN);
    const end = text.trimEnd().length;
    while (pattern.lastIndex < end) {
      const start = pattern.lastIndex;
      const groups = pattern.exec(text)?.groups;
      if (groups === undefined) {
        throw this.invalid(`Syntax error; token: "${text.charAt(start)}", near: "${text.slice(start, start + 10)}"`);
      }
      for (const kind of ['name', 'value', 'number', 'word', 'symbol'] as const) {
        const found = groups[kind];
        if (found !== undefined) yield { kind, text: found };
      }
    }
  }
}
