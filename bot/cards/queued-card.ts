import type { Centicredits } from '../../core/credits.ts';
import type { Job } from '../../core/job.ts';
import { INTERACTION_TOKEN_TRUSTED_SECONDS } from '../../core/limits.ts';
import type { WaitEstimate } from '../../core/workforce/estimate-wait.ts';
import type { Card } from './card.ts';
import { createCard } from './card.ts';
import type { Row } from './components.ts';
import { COLOURS } from './palette.ts';
import { promptText } from './prompt-text.ts';
import { waitWords } from './waiting-words.ts';
import { credits, recipe } from './wording.ts';

export interface Queued {
  readonly job: Pick<Job, 'work'>;
  /** Jobs that come before it. */
  readonly ahead: number;
  readonly cost: Centicredits;
  /** What remains after this one's cost is held; unknown to whoever only moves the line on. */
  readonly left?: Centicredits;
  readonly wait?: WaitEstimate;
  /** How long it has waited. */
  readonly waitedSeconds?: number;
  /** What was made cheaper than asked for, as the month's budget is nearly used up. */
  readonly savings?: readonly string[];
  readonly buttons?: readonly Row[];
}

/** The job is in line. */
export function queuedCard({ job, ahead, cost, left, wait, waitedSeconds = 0, savings = [], buttons }: Queued): Card {
  const remaining = left === undefined ? '' : `, ${credits(left)} left after it`;
  const embed = {
    color: COLOURS.waiting,
    title: placeInLine(ahead),
    description: promptText(job.work),
    fields: [...(wait ? [{ name: 'Time left', value: timeLeft(wait, waitedSeconds) }] : []), { name: 'How', value: recipe(job.work) }, ...(savings.length > 0 ? [{ name: 'Saving', value: `This month’s money is nearly used up: ${savings.join(', ')}. It costs you less, too.` }] : [])],
    footer: { text: `Costs ${credits(cost)}${remaining}. You pay only for a picture that arrives.` },
  };
  return createCard(embed, [], buttons);
}

function placeInLine(ahead: number): string {
  if (ahead <= 0) return 'Next in line';
  if (ahead === 1) return 'In line, after 1 other';
  return `In line, after ${ahead} others`;
}

function timeLeft(wait: WaitEstimate, waitedSeconds: number): string {
  const latest = waitedSeconds + (wait.range?.to ?? wait.start?.seconds ?? 0);
  const words = waitWords(wait);
  if (latest < INTERACTION_TOKEN_TRUSTED_SECONDS) return words;
  return `${words}\nDiscord lets me change this message for a quarter of an hour only. If it takes longer, the picture comes as a new message here that mentions you.`;
}
