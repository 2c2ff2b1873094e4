import { type Allowance, type Rule, type RuleTarget, sameTarget } from '../quota/rule.ts';
import { type Changer, putChange } from './audit.ts';
import { type LedgerContext, type TransactItem, transact } from './ledger-context.ts';
import { MOST_RULES, readRules, ruleKey } from './rules.ts';

/** How changing a rule ended. */
export type RuleChange =
  | { readonly kind: 'changed'; readonly before: Allowance | null; readonly after: Allowance | null }
  | { readonly kind: 'unchanged'; readonly rule: Allowance | null }
  /** The same interaction did it before. */
  | { readonly kind: 'done-before' }
  | { readonly kind: 'too-many-rules'; readonly most: number };

const MAX_TRIES = 4;

/** Sets a rule, or removes it (`null`), and writes who did: both or neither. */
export async function changeRule(context: LedgerContext, changer: Changer, target: RuleTarget, after: Allowance | null): Promise<RuleChange> {
  for (let attempt = 1; ; attempt += 1) {
    const rules = await readRules(context, changer.guildId);
    const found = rules.find((rule) => sameTarget(rule.target, target));
    const before = found ? { credits: found.credits, per: found.per } : null;
    if (before?.credits === after?.credits && before?.per === after?.per) return { kind: 'unchanged', rule: before };
    if (!before && rules.length >= MOST_RULES) return { kind: 'too-many-rules', most: MOST_RULES };
    const cancelled = await transact(context, [writeRule(context, changer.guildId, target, found, after), writeChange(context, changer, target, before, after)]);
    if (!cancelled) return { kind: 'changed', before, after };
    if (cancelled.failedConditions.has(1)) return { kind: 'done-before' };
    // Another admin was quicker: what was there before is told as it was, not as it was read.
    if (attempt === MAX_TRIES) throw new Error('a quota rule changed under every attempt to change it: try again');
  }
}

function writeRule(context: LedgerContext, guildId: string, target: RuleTarget, before: Rule | undefined, after: Allowance | null): TransactItem {
  const asRead = before
    ? {
        ConditionExpression: 'credits = :credits AND #per = :per',
        ExpressionAttributeNames: { '#per': 'per' },
        ExpressionAttributeValues: { ':credits': before.credits, ':per': before.per },
      }
    : { ConditionExpression: 'attribute_not_exists(pk)' };
  const key = ruleKey(guildId, target);
  if (!after) return { Delete: { TableName: context.tableName, Key: key, ...asRead } };
  return { Put: { TableName: context.tableName, Item: { ...key, target, ...after }, ...asRead } };
}

function writeChange(context: LedgerContext, changer: Changer, target: RuleTarget, before: Allowance | null, after: Allowance | null): TransactItem {
  if (after) return putChange(context, changer, { kind: 'set', target, before, after });
  if (before) return putChange(context, changer, { kind: 'remove', target, before, after });
  throw new Error('there is no rule to remove');
}
