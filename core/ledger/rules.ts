import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import * as v from 'valibot';
import { type Rule, type RuleTarget, allowance, ruleTarget, targetKey } from '../quota/rule.ts';
import type { LedgerContext } from './ledger-context.ts';

/** A guild has at most so many rules: they are read with every admission, in one page. */
export const MOST_RULES = 200;

const ruleRow = v.object({ target: ruleTarget, ...allowance.entries });

/** The quota rules of a guild; none in direct messages, where the default applies. */
export async function readRules(context: LedgerContext, guildId: string | null): Promise<readonly Rule[]> {
  if (guildId === null) return [];
  const { Items = [] } = await context.client.send(
    new QueryCommand({
      TableName: context.tableName,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': rulesPk(guildId) },
      // A rule that an admin has just been told is in force must be.
      ConsistentRead: true,
    }),
  );
  return Items.map((item) => v.parse(ruleRow, item));
}

export function rulesPk(guildId: string): string {
  return `quota#${guildId}`;
}

export function ruleKey(guildId: string, target: RuleTarget): { pk: string; sk: string } {
  return { pk: rulesPk(guildId), sk: targetKey(target) };
}
