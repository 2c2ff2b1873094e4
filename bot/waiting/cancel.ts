import type { JobRow } from '../../core/ledger/row.ts';
import { type Canceller, cancelledCard, isCanceller, notYoursToCancelCard, tooLateCard } from '../cards/cancelled-card.ts';
import { ephemerally, inPlace } from '../interactions/answers.ts';
import type { ComponentHandler } from '../interactions/handler.ts';
import type { Asked } from '../interactions/interaction.ts';
import { mayModerate } from '../interactions/permissions.ts';
import type { Ports } from '../ports.ts';

/** ✖ on a job's own card. Pressed again, it shows the same once more: a late edit may have put the old card back. */
export const cancel: ComponentHandler = async (press, [jobId = ''], ports) => {
  const outcome = await cancelJob(press, jobId, ports);
  switch (outcome.kind) {
    case 'cancelled':
      return inPlace(cancelledCard(outcome));
    case 'not-yours':
      return ephemerally(notYoursToCancelCard());
    case 'too-late':
      return ephemerally(tooLateCard(outcome.row?.state));
  }
};

export type CancelOutcome =
  | { readonly kind: 'cancelled'; readonly job: JobRow['job']; readonly by: Canceller; readonly begun: boolean }
  | { readonly kind: 'not-yours' }
  | { readonly kind: 'too-late'; readonly row: JobRow | undefined };

/**
 * Ends a job for whoever asked for it, or for a moderator, and gives its credits back. A worker that has it finds its row
 * cancelled and stops between two steps; one that is still to receive it drops the message.
 */
export async function cancelJob(press: Asked, jobId: string, { ledger, log }: Pick<Ports, 'ledger' | 'log'>): Promise<CancelOutcome> {
  const row = await ledger.find(jobId);
  if (!row) return { kind: 'too-late', row };
  const by = cancellerOf(press, row);
  if (!by) return { kind: 'not-yours' };
  const { job, state } = row;
  // A painted one is being posted at this moment: its picture would appear over the card that says it does not.
  if (state === 'queued' || state === 'running') {
    const ending = await ledger.end(jobId, { state: 'cancelled', reason: by });
    log.info({ event: `job:cancel:${ending}`, job: jobId, by }, 'somebody pressed ✖');
    if (ending === 'ended') return { kind: 'cancelled', job, by, begun: state === 'running' };
    return afterwards(await ledger.find(jobId));
  }
  return afterwards(row);
}

function afterwards(row: JobRow | undefined): CancelOutcome {
  if (row?.state !== 'cancelled' || !isCanceller(row.reason)) return { kind: 'too-late', row };
  return { kind: 'cancelled', job: row.job, by: row.reason, begun: row.checkpoint !== undefined };
}

function cancellerOf({ userId, guildId, memberPermissions }: Asked, { job }: JobRow): Canceller | undefined {
  if (job.userId === userId) return 'by-asker';
  return guildId !== null && guildId === job.guildId && mayModerate(memberPermissions ?? 0n) ? 'by-moderator' : undefined;
}
