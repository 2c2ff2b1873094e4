import * as v from 'valibot';
import type { Centicredits } from '../credits.ts';
import { PERIODS, spanOf } from '../quota/period.ts';
import type { RuleTarget } from '../quota/rule.ts';

export const accountKeySchema = v.object({ pk: v.string(), sk: v.string() });
/** Key of one account row: whose credits, over which span. */
export type AccountKey = Readonly<v.InferOutput<typeof accountKeySchema>>;

export function accountPk(userId: string, guildId: string | null): string {
  return `account#${guildId ?? 'dm'}#${userId}`;
}

/**
 * A person's three accounts in a guild: this day's, this week's and this month's. Every job is written to all of them
 * though only one is limited, so that a new rule, or another role, finds what was spent already instead of a full purse.
 */
export function personalAccounts(userId: string, guildId: string | null, at: number): readonly AccountKey[] {
  return PERIODS.map((period) => ({ pk: accountPk(userId, guildId), sk: spanOf(period, at).key }));
}

/** The account of a pot that a channel or the whole server shares. It is kept only where a rule limits it. */
export function sharedAccountPk(target: RuleTarget, guildId: string): string {
  return `pot#${guildId}#${target.kind === 'channel' ? target.id : 'server'}`;
}

const accountRow = v.object({
  used: v.optional(v.number(), 0),
  spent: v.optional(v.number(), 0),
  granted: v.optional(v.number(), 0),
  roleIds: v.optional(v.array(v.string())),
});

/** The totals of an account, in hundredths of a credit. */
export interface Totals {
  /**
   * What is reserved and spent, less what was granted: the one number that a reservation is conditional on, since a
   * condition cannot add two attributes up. Below zero while more was granted than used.
   */
  readonly used: Centicredits;
  /** What posted pictures cost. */
  readonly spent: Centicredits;
  /** Extra credits of this span, and what a reset forgave. */
  readonly granted: Centicredits;
  /** The person's roles when they last asked for a job; for whoever must know the rule but does not see the member. */
  readonly roleIds?: readonly string[] | undefined;
}

export function parseAccountRow(item: unknown): Totals {
  return v.parse(accountRow, item ?? {});
}

/** Of what was used, what is held for jobs that are not over yet. */
export function reservedOf({ used, spent, granted }: Totals): Centicredits {
  return used + granted - spent;
}
