import { costOf } from '../../core/credits.ts';
import { confirmCard } from '../cards/confirm-card.ts';
import { ephemerally, refuse } from '../interactions/answers.ts';
import type { MessageCommandHandler } from '../interactions/handler.ts';
import { LOOKS, paidWork } from './paid-action.ts';
import { picturesOfMessage } from './posted-pictures.ts';

/** "Refine" on a message: as ✨, with the price first and, among several pictures, a choice. */
export const refineCommand: MessageCommandHandler = async ({ message }, ports) => {
  const posted = await picturesOfMessage(message.id, ports);
  if (!posted) return refuse({ kind: 'not-a-picture' });
  const choices = posted.pictures.flatMap((_, index) => {
    const work = paidWork('refine', posted, index, ports);
    return work ? [{ index, cost: costOf(work) }] : [];
  });
  return ephemerally(
    confirmCard({
      ...LOOKS.refine,
      action: 'refine',
      jobId: posted.row.job.id,
      picks: choices.map(({ index }) => index),
      costs: choices.map(({ cost }) => cost),
      pictureCount: posted.pictures.length,
      customIds: ports.customIds,
    }),
  );
};
