import * as v from 'valibot';
import type { Centicredits } from '../credits.ts';
import { PERIODS, type Period } from './period.ts';

/** Credits (in hundredths) to spend in a period. */
export interface Allowance {
  readonly credits: Centicredits;
  readonly per: Period;
}

/**
 * Whom a rule is for. Rules for a user, a role or everyone say what *each* person may spend; those for a channel or the
 * server are one pot that all who paint there share, and cap them besides.
 */
export type RuleTarget =
  | { readonly kind: 'user' | 'role' | 'channel'; readonly id: string }
  | { readonly kind: 'everyone' | 'server' };

export interface Rule extends Allowance {
  readonly target: RuleTarget;
}

/** The rule that a balance stands under; `default` where no admin has said anything. */
export interface AppliedRule extends Allowance {
  readonly target: RuleTarget | { readonly kind: 'default' };
}

const id = v.pipe(v.string(), v.regex(/^\d{1,20}$/));
export const ruleTarget = v.union([
  v.object({ kind: v.picklist(['user', 'role', 'channel']), id }),
  v.object({ kind: v.picklist(['everyone', 'server']) }),
]);
export const allowance = v.object({ credits: v.pipe(v.number(), v.integer(), v.minValue(0)), per: v.picklist(PERIODS) });

/** `user#42`, `everyone`: a guild has one rule for each target. */
export function targetKey(target: RuleTarget): string {
  return 'id' in target ? `${target.kind}#${target.id}` : target.kind;
}

export function sameTarget(a: RuleTarget, b: RuleTarget): boolean {
  return targetKey(a) === targetKey(b);
}
