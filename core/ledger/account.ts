import type { Centicredits } from '../credits.ts';
import { personalRule, sharedRules } from '../quota/choose-rule.ts';
import { PERIODS, type Span, spanOf } from '../quota/period.ts';
import type { AppliedRule, Rule } from '../quota/rule.ts';
import { type AccountKey, type Totals, accountPk, personalAccounts, reservedOf, sharedAccountPk } from './account-row.ts';
import type { LedgerContext } from './ledger-context.ts';
import { readAccounts } from './read-accounts.ts';
import { readRules } from './rules.ts';

/** What may still be spent from an account, in hundredths of a credit. */
export interface Balance {
  /** What the rule gives, and what was granted besides. */
  readonly limit: Centicredits;
  /** Charged for posted pictures. */
  readonly spent: Centicredits;
  /** Held for jobs that are not over yet. */
  readonly reserved: Centicredits;
  readonly left: Centicredits;
  /** Epoch seconds at which the span ends and the limit starts anew. */
  readonly resetsAt: number;
  readonly rule: AppliedRule;
}

/** An account, the rule that limits it, and the span it runs for. */
export interface LimitedAccount {
  readonly key: AccountKey;
  readonly rule: AppliedRule;
  readonly span: Span;
}

export function balanceOf({ rule, span }: Pick<LimitedAccount, 'rule' | 'span'>, totals: Totals): Balance {
  return {
    limit: rule.credits + totals.granted,
    spent: totals.spent,
    reserved: reservedOf(totals),
    left: Math.max(0, rule.credits - totals.used),
    resetsAt: span.endsAt / 1000,
    rule,
  };
}

/** The account among a person's three that their rule limits. */
export function limitedAccount(who: { userId: string; guildId: string | null }, rule: AppliedRule, at: number): LimitedAccount {
  const span = spanOf(rule.per, at);
  return { key: { pk: accountPk(who.userId, who.guildId), sk: span.key }, rule, span };
}

/** The pots that a job in these channels draws from. */
export function sharedAccounts(rules: readonly Rule[], guildId: string | null, channelIds: readonly string[], at: number): readonly LimitedAccount[] {
  if (guildId === null) return [];
  return sharedRules(rules, channelIds).map((rule) => {
    const span = spanOf(rule.per, at);
    return { key: { pk: sharedAccountPk(rule.target, guildId), sk: span.key }, rule, span };
  });
}

/** A person's accounts and the rule that limits one of them, as they stood a moment ago. */
export interface Purse {
  readonly rules: readonly Rule[];
  readonly roleIds: readonly string[];
  readonly account: LimitedAccount;
  readonly totals: Totals;
}

/**
 * Reads rules and accounts side by side: one round trip.
 * @param roleIds the member's; without them, those of their last admission
 */
export async function readPurse(context: LedgerContext, who: { userId: string; guildId: string | null }, at: number, roleIds?: readonly string[]): Promise<Purse> {
  const keys = personalAccounts(who.userId, who.guildId, at);
  const [rules, accounts] = await Promise.all([readRules(context, who.guildId), readAccounts(context, keys)]);
  const known = roleIds ?? accounts.at(-1)?.roleIds ?? [];
  const rule = personalRule(rules, { userId: who.userId, roleIds: known }, context.dailyLimit);
  const account = limitedAccount(who, rule, at);
  const totals = accounts[PERIODS.indexOf(rule.per)] ?? { used: 0, spent: 0, granted: 0 };
  return { rules, roleIds: known, account, totals };
}

/** What a person has left in a guild. `roleIds` as in `readPurse`. */
export async function readBalance(context: LedgerContext, userId: string, guildId: string | null, roleIds?: readonly string[]): Promise<Balance> {
  const { account, totals } = await readPurse(context, { userId, guildId }, context.now(), roleIds);
  return balanceOf(account, totals);
}
