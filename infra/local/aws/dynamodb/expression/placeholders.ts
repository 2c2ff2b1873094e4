import { AwsError } from '../../aws-error.ts';
import type { AttributeValue, Item } from '../value.ts';
import type { Tokens } from './tokens.ts';

/** What `#names` and `:values` stand for in one request; each must be used, and each used must be there. */
export class Placeholders {
  readonly #usedNames = new Set<string>();
  readonly #usedValues = new Set<string>();

  constructor(
    private readonly names: Readonly<Record<string, string>> = {},
    private readonly values: Item = {},
  ) {}

  name(placeholder: string, tokens: Tokens): string {
    const name = Object.hasOwn(this.names, placeholder) ? this.names[placeholder] : undefined;
    if (name === undefined) {
      throw tokens.invalid(`An expression attribute name used in the document path is not defined; attribute name: ${placeholder}`);
    }
    this.#usedNames.add(placeholder);
    return name;
  }

  value(placeholder: string, tokens: Tokens): AttributeValue {
    const value = Object.hasOwn(this.values, placeholder) ? this.values[placeholder] : undefined;
    if (value === undefined) {
      throw tokens.invalid(`An expression attribute value used in expression is not defined; attribute value: ${placeholder}`);
    }
    this.#usedValues.add(placeholder);
    return value;
  }

  /** Throws when the request defines what no expression uses. */
  expectAllUsed(): void {
    report('ExpressionAttributeNames', this.names, this.#usedNames);
    report('ExpressionAttributeValues', this.values, this.#usedValues);
  }
}

function report(field: string, defined: object, used: ReadonlySet<string>): void {
  const unused = Object.keys(defined).filter((key) => !used.has(key));
  if (unused.length === 0) return;
  throw new AwsError('ValidationException', `Value provided in ${field} unused in expressions: keys: {${unused.join(', ')}}`);
}
