import type { BudgetStanding } from '../../core/budget/budget.ts';
import { type Card, createCard } from './card.ts';
import { COLOURS } from './palette.ts';
import { relativeTime } from './wording.ts';

const WHAT_FOLLOWS = {
  open: '',
  warned: 'Nothing is different yet. At 95 % I paint with fewer steps and one picture at a time, at 100 % I accept nothing new.',
  saving: 'From now on I paint with two thirds of the usual steps, one picture at a time, and the refiner in one pass. At 100 % I accept nothing new.',
  spent: 'I accept no new pictures until the month is over. What is in line is still painted. To go on now, raise `MONTHLY_BUDGET_USD`.',
} as const;

/** To the operator alone: amounts of money are in it. */
export function budgetNoteCard({ stage, share, spentUsd, owedUsd, limitUsd, resetsAt }: BudgetStanding): Card {
  const owed = owedUsd >= 0.01 ? `, and $${owedUsd.toFixed(2)} more are owed for what is in line` : '';
  return createCard({
    color: COLOURS.waiting,
    title: `${Math.floor(share * 100)} % of this month’s budget is used`,
    description: `About $${spentUsd.toFixed(2)} of $${limitUsd.toFixed(2)} are spent${owed}. ${WHAT_FOLLOWS[stage]}\n\nA new month begins ${relativeTime(resetsAt)}.`,
    footer: { text: 'An estimate from the time that GPUs ran; your bill is what counts.' },
  });
}

/** For those who manage a server: how far it is, without amounts, which are the operator's own. */
export function budgetLine({ stage, share, resetsAt }: BudgetStanding): string {
  const what = { open: '', warned: '', saving: ' Pictures get fewer steps for now.', spent: ' Nothing new is accepted.' }[stage];
  return `${Math.floor(share * 100)} % of the month’s budget is used.${what} It begins anew ${relativeTime(resetsAt)}.`;
}
