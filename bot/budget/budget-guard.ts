import { type BudgetStanding, standingOf } from '../../core/budget/budget.ts';
import type { Ledger } from '../../core/ledger.ts';
import { type Log, reasonOf } from '../log.ts';

export interface BudgetGuardPorts {
  readonly ledger: { readonly budget: Pick<Ledger['budget'], 'read'> };
  readonly now: () => number;
  readonly log: Log;
}

/** How the month's budget stands, for whoever admits jobs; `undefined` where it was never to be read. */
export type BudgetGuard = () => Promise<BudgetStanding | undefined>;

/** It is counted once a minute: asking more often than this would only cost. */
const FRESH_FOR_MS = 15_000;

/** `undefined` without a budget. While the table does not answer, what was known last holds. */
export function createBudgetGuard(limitUsd: number | undefined, { ledger, now, log }: BudgetGuardPorts): BudgetGuard | undefined {
  if (limitUsd === undefined) return undefined;
  let known: { readonly at: number; readonly standing: BudgetStanding } | undefined;
  return async () => {
    // A new month has a budget of its own at once.
    if (known && now() - known.at < FRESH_FOR_MS && now() < known.standing.resetsAt * 1000) return known.standing;
    try {
      known = { at: now(), standing: standingOf(await ledger.budget.read(), limitUsd, now()) };
    } catch (error) {
      log.warn({ event: 'budget:read:failed', reason: reasonOf(error) }, 'nobody knows what is left of the budget; what was known last holds');
    }
    return known?.standing;
  };
}
