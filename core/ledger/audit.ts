import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import * as v from 'valibot';
import { allowance, ruleTarget } from '../quota/rule.ts';
import type { LedgerContext, TransactItem } from './ledger-context.ts';

const purse = v.object({ /** Hundredths of a credit. */ limit: v.number(), left: v.number() });

/** What an admin changed, before and after. */
const changed = v.variant('kind', [
  v.object({ kind: v.literal('set'), target: ruleTarget, before: v.nullable(v.object(allowance.entries)), after: v.object(allowance.entries) }),
  v.object({ kind: v.literal('remove'), target: ruleTarget, before: v.object(allowance.entries), after: v.null() }),
  v.object({ kind: v.literal('grant'), userId: v.string(), amount: v.number(), before: purse, after: purse, reason: v.nullable(v.string()) }),
  v.object({ kind: v.literal('reset'), userId: v.string(), amount: v.number(), before: purse, after: purse, reason: v.nullable(v.string()) }),
]);
export type Changed = v.InferOutput<typeof changed>;

/** Who made a change, and with which interaction: one interaction changes a thing once, however often it is delivered. */
export interface Changer {
  readonly guildId: string;
  readonly by: string;
  readonly interactionId: string;
}

const auditRow = v.object({ by: v.string(), /** Epoch milliseconds. */ at: v.number(), changed });
export type Change = Readonly<v.InferOutput<typeof auditRow>>;

const KEPT_DAYS = 400;

/** The row that tells of a change, for the transaction that makes it; its condition fails when it was made before. */
export function putChange(context: LedgerContext, { guildId, by, interactionId }: Changer, what: Changed): TransactItem {
  const at = context.now();
  return {
    Put: {
      TableName: context.tableName,
      // Interaction ids are snowflakes: padded, they sort by time.
      Item: { pk: auditPk(guildId), sk: interactionId.padStart(20, '0'), by, at, changed: what, ttl: Math.floor(at / 1000) + KEPT_DAYS * 24 * 3600 },
      ConditionExpression: 'attribute_not_exists(pk)',
    },
  };
}

/** The latest changes in a guild, newest first. */
export async function readChanges(context: LedgerContext, guildId: string, limit: number): Promise<readonly Change[]> {
  const { Items = [] } = await context.client.send(
    new QueryCommand({
      TableName: context.tableName,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': auditPk(guildId) },
      ScanIndexForward: false,
      Limit: limit,
      ConsistentRead: true,
    }),
  );
  return Items.map((item) => v.parse(auditRow, item));
}

function auditPk(guildId: string): string {
  return `audit#${guildId}`;
}
