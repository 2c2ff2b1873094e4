import type { Centicredits } from '../credits.ts';
import type { Period } from './period.ts';
import type { Allowance, AppliedRule, Rule } from './rule.ts';

/** Whose credits a job takes. */
export interface Payer {
  readonly userId: string;
  readonly roleIds: readonly string[];
}

/**
 * The rule for what a person may spend: their own; else the most generous of their roles'; else everyone's; else the
 * default of `dailyLimit` a day.
 */
export function personalRule(rules: readonly Rule[], payer: Payer, dailyLimit: Centicredits): AppliedRule {
  const own = rules.find(({ target }) => target.kind === 'user' && target.id === payer.userId);
  if (own) return own;
  const ofRoles = rules.filter(({ target }) => target.kind === 'role' && payer.roleIds.includes(target.id));
  const [mostGenerous] = ofRoles.toSorted(byGenerosity);
  if (mostGenerous) return mostGenerous;
  const everyones = rules.find(({ target }) => target.kind === 'everyone');
  return everyones ?? { target: { kind: 'default' }, credits: dailyLimit, per: 'day' };
}

/** The pots that a job in this channel draws from besides its asker's account: the channel's, and the server's. */
export function sharedRules(rules: readonly Rule[], channelIds: readonly string[]): readonly Rule[] {
  return rules.filter(({ target }) => target.kind === 'server' || (target.kind === 'channel' && channelIds.includes(target.id)));
}

const DAYS: Readonly<Record<Period, number>> = { day: 1, week: 7, month: 30 };

/**
 * Most credits a day on average first, a month counted as 30 days. Of equals the longer period, as it leaves the choice
 * of the day; never what is left at the moment, or a member would move between rules while spending.
 */
function byGenerosity(a: Allowance, b: Allowance): number {
  return b.credits / DAYS[b.per] - a.credits / DAYS[a.per] || DAYS[b.per] - DAYS[a.per];
}
