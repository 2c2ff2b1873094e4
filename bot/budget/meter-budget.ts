import { setTimeout as sleep } from 'node:timers/promises';
import { type BudgetStage, type BudgetStanding, type Metered, standingOf } from '../../core/budget/budget.ts';
import type { Ledger } from '../../core/ledger.ts';
import { budgetNoteCard } from '../cards/budget-cards.ts';
import { type Log, reasonOf } from '../log.ts';
import type { Discord } from '../rest/discord.ts';

export interface MeterPorts {
  readonly ledger: { readonly budget: Pick<Ledger['budget'], 'meter' | 'note'> };
  readonly discord: Pick<Discord, 'directMessage' | 'operators'>;
  readonly now: () => number;
  readonly log: Log;
}

const ORDER: readonly BudgetStage[] = ['open', 'warned', 'saving', 'spent'];
const LOOK_EVERY_MS = 60_000;

/** Counts what ran since the last look, and tells the operator once when a stage is reached. */
export async function meterBudget(metered: Metered, limitUsd: number, { ledger, discord, now, log }: MeterPorts): Promise<BudgetStanding> {
  const row = await ledger.budget.meter(metered);
  const standing = standingOf(row, limitUsd, now());
  const told = row?.noted?.limitUsd === limitUsd ? row.noted.stage : 'open';
  if (row && ORDER.indexOf(standing.stage) > ORDER.indexOf(told) && (await ledger.budget.note(row, standing.stage, limitUsd))) {
    log.warn({ event: `budget:reach:${standing.stage}`, share: standing.share }, 'the month’s budget is used up so far');
    await tellOperators(standing, { discord, log });
  }
  return standing;
}

/** Whoever pays: the application's owner, or the people of its team. Their closed direct messages stop nothing. */
async function tellOperators(standing: BudgetStanding, { discord, log }: Pick<MeterPorts, 'discord' | 'log'>): Promise<void> {
  try {
    const told = await Promise.allSettled((await discord.operators()).map((userId) => discord.directMessage(userId, budgetNoteCard(standing))));
    for (const each of told) if (each.status === 'rejected') log.warn({ event: 'budget:tell:failed', reason: reasonOf(each.reason) }, 'an operator could not be told of the budget');
  } catch (error) {
    log.warn({ event: 'budget:tell:failed', reason: reasonOf(error) }, 'no operator could be told of the budget');
  }
}

/** Counts the workers that are alive every minute, until the signal: where no scheduled function does it. Never throws. */
export async function keepMetered(
  { usdPerHour, limitUsd }: { readonly usdPerHour: number; readonly limitUsd: number },
  ports: MeterPorts & { readonly ledger: Pick<Ledger, 'workforce'> & MeterPorts['ledger'] },
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    try {
      const { workers } = await ports.ledger.workforce.outlook();
      const machines = workers.filter(({ isAlive }) => isAlive).length;
      // Whoever paints at home owes nothing for the line: no machine is rented for it.
      await meterBudget({ machines, usdPerHour, waitingSeconds: 0 }, limitUsd, ports);
    } catch (error) {
      ports.log.warn({ event: 'budget:meter:failed', reason: reasonOf(error) }, 'what a minute cost could not be counted; the next one counts it too');
    }
    await sleep(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined);
  }
}
