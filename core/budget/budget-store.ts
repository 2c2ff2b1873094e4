import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, GetCommand, UpdateCommand, type UpdateCommandInput } from '@aws-sdk/lib-dynamodb';
import * as v from 'valibot';
import { spanOf } from '../quota/period.ts';
import { type BudgetRow, type BudgetStage, type Metered, budgetRow, meter } from './budget.ts';

const KEPT_SECONDS = 400 * 24 * 3600;

/** What a month has cost: one row a month, so that the next one begins at nothing by itself. */
export class BudgetStore {
  readonly #client: DynamoDBDocumentClient;
  readonly #tableName: string;
  readonly #now: () => number;

  constructor({ client, tableName, now }: { readonly client: DynamoDBDocumentClient; readonly tableName: string; readonly now: () => number }) {
    this.#client = client;
    this.#tableName = tableName;
    this.#now = now;
  }

  /** Of the present month; `undefined` while nothing was counted. */
  async read(): Promise<BudgetRow | undefined> {
    const { Item } = await this.#client.send(new GetCommand({ TableName: this.#tableName, Key: this.#key(), ConsistentRead: true }));
    return Item && v.parse(budgetRow, Item);
  }

  /**
   * Counts the time since the last look. Of two that look at once, one counts: the other finds that its minute is counted already.
   * @returns the row as it stands then
   */
  async meter(metered: Metered): Promise<BudgetRow | undefined> {
    const before = await this.read();
    const { spentUsd, owedUsd, meteredAt } = meter(before, metered, this.#now());
    await this.#update({
      UpdateExpression: 'SET spentUsd = :spent, owedUsd = :owed, meteredAt = :at, #ttl = :ttl',
      ConditionExpression: before ? 'meteredAt = :before' : 'attribute_not_exists(pk)',
      ExpressionAttributeNames: { '#ttl': 'ttl' },
      ExpressionAttributeValues: { ':spent': spentUsd, ':owed': owedUsd, ':at': meteredAt, ':ttl': Math.floor(meteredAt / 1000) + KEPT_SECONDS, ...(before && { ':before': before.meteredAt }) },
    });
    return this.read();
  }

  /** Whether the caller is the one to tell the operator that this stage of this budget is reached. */
  note(row: BudgetRow, stage: BudgetStage, limitUsd: number): Promise<boolean> {
    return this.#update({
      UpdateExpression: 'SET noted = :noted',
      ConditionExpression: row.noted ? 'noted = :before' : 'attribute_not_exists(noted)',
      ExpressionAttributeValues: { ':noted': { stage, limitUsd }, ...(row.noted && { ':before': row.noted }) },
    });
  }

  #key(): { readonly pk: string; readonly sk: string } {
    return { pk: 'budget', sk: spanOf('month', this.#now()).key };
  }

  async #update(update: Omit<UpdateCommandInput, 'TableName' | 'Key'>): Promise<boolean> {
    try {
      await this.#client.send(new UpdateCommand({ TableName: this.#tableName, Key: this.#key(), ...update }));
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  }
}
