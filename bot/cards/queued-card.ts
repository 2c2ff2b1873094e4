import type { Centicredits } from '../../core/credits.ts';
import type { Job } from '../../core/job.ts';
import type { Card } from './card.ts';
import { createCard } from './card.ts';
import type { Row } from './components.ts';
import { COLOURS } from './palette.ts';
import { promptText } from './prompt-text.ts';
import { credits, recipe } from './wording.ts';

/** The job is in line. `ahead` counts the jobs that come before it; `left` is what remains after this one's cost is held. */
export function queuedCard(queued: {
  readonly job: Pick<Job, 'work'>;
  readonly ahead: number;
  readonly cost: Centicredits;
  readonly left: Centicredits;
  readonly buttons?: readonly Row[];
}): Card {
  const embed = {
    color: COLOURS.waiting,
    title: placeInLine(queued.ahead),
    description: promptText(queued.job.work),
    fields: [{ name: 'How', value: recipe(queued.job.work) }],
    footer: { text: `Costs ${credits(queued.cost)}, ${credits(queued.left)} left after it. You pay only for a picture that arrives.` },
  };
  return createCard(embed, [], queued.buttons);
}

function placeInLine(ahead: number): string {
  if (ahead <= 0) return 'Next in line';
  if (ahead === 1) return 'In line, after 1 other';
  return `In line, after ${ahead} others`;
}
