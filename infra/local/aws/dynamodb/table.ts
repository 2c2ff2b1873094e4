import { AwsError } from '../aws-error.ts';
import { SortedIndex, type KeyNames } from './sorted-index.ts';
import { keyNames, type IndexDefinition, type TableDefinition } from './table-definition.ts';
import { attribute, itemBytes, typeOf, type AttributeValue, type Item } from './value.ts';

const MAX_ITEM_BYTES = 400 * 1024;

/** One table in memory: its items by key, and its indexes. */
export class Table {
  readonly keys: KeyNames;
  readonly tags = new Map<string, string>();
  readonly #items = new Map<string, Item>();
  readonly #primary: SortedIndex;
  #secondary = new Map<string, SortedIndex>();
  /** The attribute whose time, in epoch seconds, ends an item's life. */
  timeToLiveAttribute: string | undefined;

  constructor(
    public definition: TableDefinition,
    readonly createdAt: number,
  ) {
    this.keys = keyNames(definition.KeySchema);
    this.#primary = new SortedIndex(this.keys);
    this.redefine(definition);
  }

  get size(): number {
    return this.#items.size;
  }

  get(id: string): Item | undefined {
    return this.#items.get(id);
  }

  items(): IterableIterator<Item> {
    return this.#items.values();
  }

  /** Puts an item in the place of whatever has its key, or with `undefined` removes what is there. */
  write(id: string, item: Item | undefined): void {
    const before = this.#items.get(id);
    for (const index of [this.#primary, ...this.#secondary.values()]) {
      if (before !== undefined) index.remove(id, before);
      if (item !== undefined) index.insert(id, item);
    }
    if (item === undefined) this.#items.delete(id);
    else this.#items.set(id, item);
  }

  /** Takes a changed definition (same key), building what indexes are new. */
  redefine(definition: TableDefinition): void {
    this.definition = definition;
    const indexes = this.indexDefinitions().map(({ IndexName, KeySchema }): [string, SortedIndex] => {
      const known = this.#secondary.get(IndexName);
      if (known !== undefined) return [IndexName, known];
      const index = new SortedIndex(keyNames(KeySchema));
      for (const [id, item] of this.#items) index.insert(id, item);
      return [IndexName, index];
    });
    this.#secondary = new Map(indexes);
  }

  indexDefinitions(): readonly IndexDefinition[] {
    return [...this.definition.GlobalSecondaryIndexes, ...this.definition.LocalSecondaryIndexes];
  }

  /** The rows of the table itself, or of one of its indexes. */
  index(name: string | undefined): SortedIndex {
    if (name === undefined) return this.#primary;
    const index = this.#secondary.get(name);
    if (index === undefined) throw invalid(`The table does not have the specified index: ${name}`);
    return index;
  }

  /** The attributes of an index's items, or `undefined` when it keeps them all. */
  projected(indexName: string | undefined): ReadonlySet<string> | undefined {
    const definition = this.indexDefinitions().find(({ IndexName }) => IndexName === indexName);
    if (definition === undefined || definition.Projection.ProjectionType === 'ALL') return undefined;
    const { hash, range } = keyNames(definition.KeySchema);
    return new Set([this.keys.hash, this.keys.range, hash, range, ...(definition.Projection.NonKeyAttributes ?? [])].flatMap((name) => name ?? []));
  }

  /** The identity of an item, from its key attributes. Throws a ValidationException when they are missing or of the wrong type. */
  idOf(item: Item): string {
    return JSON.stringify(this.#keyAttributes(item).map(([, value]) => value));
  }

  /** The key attributes alone. */
  keyOf(item: Item): Item {
    return Object.fromEntries(this.#keyAttributes(item));
  }

  /** Throws a ValidationException unless a request's Key holds the key attributes and nothing else. */
  checkKey(key: Item): void {
    const problem = 'The provided key element does not match the schema';
    if (this.#keyAttributes(key, problem).length !== Object.keys(key).length) throw invalid(problem);
  }

  /** Throws a ValidationException when an item cannot be kept: too large, or an index key of the wrong type. */
  check(item: Item): void {
    if (itemBytes(item) > MAX_ITEM_BYTES) throw invalid('Item size has exceeded the maximum allowed size');
    for (const { IndexName, KeySchema } of this.indexDefinitions()) {
      for (const { AttributeName } of KeySchema) {
        const value = attribute(item, AttributeName);
        if (value !== undefined) this.#checkKeyValue(AttributeName, value, `IndexName: ${IndexName}, `);
      }
    }
  }

  #keyAttributes(item: Item, whenMissing?: string): readonly (readonly [string, AttributeValue])[] {
    return [this.keys.hash, this.keys.range].flatMap((name) => {
      if (name === undefined) return [];
      const value = attribute(item, name);
      if (value === undefined) throw invalid(whenMissing ?? `One or more parameter values were invalid: Missing the key ${name} in the item`);
      this.#checkKeyValue(name, value, '', whenMissing);
      return [[name, value] as const];
    });
  }

  #checkKeyValue(name: string, value: AttributeValue, where: string, whenWrong?: string): void {
    const expected = this.definition.AttributeDefinitions.find(({ AttributeName }) => AttributeName === name)?.AttributeType;
    const actual = typeOf(value);
    if (expected !== undefined && actual !== expected) {
      throw invalid(whenWrong ?? `One or more parameter values were invalid: Type mismatch for key ${name} ${where}expected: ${expected} actual: ${actual}`);
    }
    const empty = ('S' in value && value.S === '') || ('B' in value && value.B === '');
    if (empty) {
      throw invalid(
        'One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. ' +
          `${where}Key: ${name}`,
      );
    }
  }
}

function invalid(message: string): AwsError {
  return new AwsError('ValidationException', message);
}
