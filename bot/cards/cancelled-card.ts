import type { Job } from '../../core/job.ts';
import type { JobState } from '../../core/ledger/row.ts';
import type { Card } from './card.ts';
import { createCard } from './card.ts';
import { COLOURS } from './palette.ts';
import { promptText } from './prompt-text.ts';

/** Who cancelled; kept as the reason in the job's row. */
export const CANCELLERS = { 'by-asker': 'Cancelled by whoever asked for it', 'by-moderator': 'Cancelled by a moderator' } as const;
export type Canceller = keyof typeof CANCELLERS;

export function isCanceller(reason: string | undefined): reason is Canceller {
  return reason !== undefined && Object.hasOwn(CANCELLERS, reason);
}

/** In the place of the card whose job was cancelled. `begun`: a worker had it, and stops between two steps. */
export function cancelledCard({ job, by, begun }: { readonly job: Pick<Job, 'work'>; readonly by: Canceller; readonly begun: boolean }): Card {
  return createCard({
    color: COLOURS.waiting,
    title: 'Cancelled',
    description: promptText(job.work),
    fields: [{ name: 'What happened', value: `${CANCELLERS[by]} ${begun ? 'while it was being painted; the worker stops at its next step.' : 'before its turn came.'}` }],
    footer: { text: 'Nothing was charged.' },
  });
}

/** To whoever presses ✖ when there is nothing left to cancel. */
export function tooLateCard(state: JobState | undefined): Card {
  return createCard({ color: COLOURS.waiting, title: 'Nothing to cancel any more', description: WHAT_BECAME[state ?? 'gone'] });
}

const WHAT_BECAME: Readonly<Record<JobState | 'gone', string>> = {
  queued: 'It could not be cancelled just now. Try again in a moment.',
  running: 'It could not be cancelled just now. Try again in a moment.',
  painted: 'It is painted and on its way to you. 🗑️ under the picture takes it down.',
  posted: 'It had arrived already, and was charged. 🗑️ under the picture takes it down.',
  refused: 'It was refused before; nothing was charged.',
  failed: 'It had failed before; nothing was charged.',
  cancelled: 'It was cancelled before; nothing was charged.',
  gone: 'I do not know this job any more: jobs are kept for 90 days.',
};

/** To whoever presses ✖ under somebody else's job. */
export function notYoursToCancelCard(): Card {
  return createCard({
    color: COLOURS.refused,
    title: 'That is not yours to cancel',
    description: 'Only whoever asked for a picture, and members with **Manage Messages**, may cancel it.',
  });
}
