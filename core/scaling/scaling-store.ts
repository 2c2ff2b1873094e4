import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import * as v from 'valibot';
import { type CapacityMemory, NO_MEMORY, withInterruption } from './choose-capacity.ts';
import type { Need } from './scaling-policy.ts';

const PARTITION = 'scaling';
/** A worker takes longer to start than this; asking for it more often would only cost calls. */
const WAKE_AT_MOST_EVERY_MS = 60_000;

const capacity = v.object({
  wanted: v.number(),
  spot: v.number(),
  onDemand: v.number(),
  spotRunning: v.number(),
  lackingSince: v.exactOptional(v.number()),
  failedAt: v.exactOptional(v.number()),
  interruptions: v.array(v.number()),
});
const memoryRow = v.object({ needs: v.array(v.object({ at: v.number(), tasks: v.number() })), capacity: v.optional(capacity, NO_MEMORY) });

/** What one look of the scaling hands to the next. */
export interface ScalingMemory {
  readonly needs: readonly Need[];
  readonly capacity: CapacityMemory;
}

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

  /** Of the last look; nothing when it cannot be read, which only makes the next decision forget what was before. */
  async recall(): Promise<ScalingMemory> {
    const { Item } = await this.#client.send(new GetCommand({ TableName: this.#tableName, Key: { pk: PARTITION, sk: 'needs' } }));
    const row = v.safeParse(memoryRow, Item);
    return row.success ? row.output : { needs: [], capacity: NO_MEMORY };
  }

  async remember(memory: ScalingMemory): Promise<void> {
    await this.#client.send(new PutCommand({ TableName: this.#tableName, Item: { pk: PARTITION, sk: 'needs', ...memory } }));
  }

  /** Spot takes a machine back. Whoever looks next knows of it; the looks and these notices come one after the other. @param at epoch seconds */
  async noteInterruption(at: number): Promise<void> {
    const memory = await this.recall();
    await this.remember({ ...memory, capacity: withInterruption(memory.capacity, at) });
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
