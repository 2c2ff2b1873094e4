import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import * as v from 'valibot';
import type { Need } from './scaling-policy.ts';

const PARTITION = 'scaling';
/** A worker takes longer to start than this; asking for it more often would only cost calls. */
const WAKE_AT_MOST_EVERY_MS = 60_000;

const needsRow = v.object({ needs: v.array(v.object({ at: v.number(), tasks: v.number() })) });

/** What the scaling remembers between two looks. */
export class ScalingStore {
  readonly #client: DynamoDBDocumentClient;
  readonly #tableName: string;
  readonly #now: () => number;

  constructor({ client, tableName, now }: { readonly client: DynamoDBDocumentClient; readonly tableName: string; readonly now: () => number }) {
    this.#client = client;
    this.#tableName = tableName;
    this.#now = now;
  }

  /** Of the last decision; none when they cannot be read, which only makes the next one forget what was needed before. */
  async needs(): Promise<readonly Need[]> {
    const { Item } = await this.#client.send(new GetCommand({ TableName: this.#tableName, Key: { pk: PARTITION, sk: 'needs' } }));
    const row = v.safeParse(needsRow, Item);
    return row.success ? row.output.needs : [];
  }

  async remember(needs: readonly Need[]): Promise<void> {
    await this.#client.send(new PutCommand({ TableName: this.#tableName, Item: { pk: PARTITION, sk: 'needs', needs } }));
  }

  /** Whether the caller is the one to wake the workers: of all processes one a minute. */
  async mayWake(): Promise<boolean> {
    const now = this.#now();
    try {
      await this.#client.send(
        new PutCommand({
          TableName: this.#tableName,
          Item: { pk: PARTITION, sk: 'wake', at: now },
          ConditionExpression: 'attribute_not_exists(pk) OR #at <= :before',
          ExpressionAttributeNames: { '#at': 'at' },
          ExpressionAttributeValues: { ':before': now - WAKE_AT_MOST_EVERY_MS },
        }),
      );
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  }
}
