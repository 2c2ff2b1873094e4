/** The operator's monthly budget: how much of it is gone, and what follows from that. */
import * as v from 'valibot';
import { spanOf } from '../quota/period.ts';

/**
 * `open`: nothing is different. `warned`: the operator is told. `saving`: cheaper presets. `spent`: nothing more is accepted until
 * the month is over; what is in line is still painted, as it was promised.
 */
export type BudgetStage = 'open' | 'warned' | 'saving' | 'spent';

/** From which share of the budget on. */
const STAGES: readonly (readonly [BudgetStage, number])[] = [
  ['spent', 1],
  ['saving', 0.95],
  ['warned', 0.8],
];

/** As it is kept. */
export const budgetRow = v.object({
  /** USD of the month so far. */
  spentUsd: v.number(),
  /** USD that the line will cost which was accepted already. */
  owedUsd: v.number(),
  /** Epoch milliseconds until which machines were counted. */
  meteredAt: v.number(),
  /** Above what share of which budget the operator was told last. */
  noted: v.optional(v.object({ stage: v.picklist(['open', 'warned', 'saving', 'spent']), limitUsd: v.number() })),
});
export type BudgetRow = Readonly<v.InferOutput<typeof budgetRow>>;

export interface BudgetStanding {
  readonly stage: BudgetStage;
  /** Of the budget, 1 = all of it: what is spent and what is owed. */
  readonly share: number;
  readonly spentUsd: number;
  readonly owedUsd: number;
  readonly limitUsd: number;
  /** Epoch seconds at which the next month begins. */
  readonly resetsAt: number;
}

/**
 * @param row of the present month; none while nothing was counted
 * @param at epoch milliseconds
 */
export function standingOf(row: Pick<BudgetRow, 'spentUsd' | 'owedUsd'> | undefined, limitUsd: number, at: number): BudgetStanding {
  const { spentUsd = 0, owedUsd = 0 } = row ?? {};
  // What is in line is as good as spent: else a run on the bot would be accepted whole before its first picture is paid for.
  const share = (spentUsd + owedUsd) / limitUsd;
  const stage = STAGES.find(([, from]) => share >= from)?.[0] ?? 'open';
  return { stage, share, spentUsd, owedUsd, limitUsd, resetsAt: spanOf('month', at).endsAt / 1000 };
}

/** Machines that were paid for until now, and what they still have to do. */
export interface Metered {
  readonly machines: number;
  readonly usdPerHour: number;
  /** GPU-seconds of work that was accepted and not begun. */
  readonly waitingSeconds: number;
}

/** Where nobody counted for longer than this, what ran meanwhile is not known: it is not made up. */
const LONGEST_GAP_MS = 60 * 60_000;

/** The row after one more look. The first of a month counts nothing: it only begins. */
export function meter(row: BudgetRow | undefined, { machines, usdPerHour, waitingSeconds }: Metered, at: number): Omit<BudgetRow, 'noted'> {
  const hours = row ? Math.min(LONGEST_GAP_MS, Math.max(0, at - row.meteredAt)) / 3_600_000 : 0;
  return { spentUsd: (row?.spentUsd ?? 0) + machines * hours * usdPerHour, owedUsd: (waitingSeconds / 3600) * usdPerHour, meteredAt: at };
}
