import { describeCard } from '../cards/describe-card.ts';
import { ephemerally, refuse } from '../interactions/answers.ts';
import type { MessageCommandHandler } from '../interactions/handler.ts';
import { picturesOfMessage } from './posted-pictures.ts';

/** "Describe settings" on a message. */
export const describeCommand: MessageCommandHandler = async ({ message }, ports) => {
  const posted = await picturesOfMessage(message.id, ports);
  if (!posted) return refuse({ kind: 'not-a-picture' });
  return ephemerally(describeCard({ job: posted.row.job, pictures: posted.pictures, cost: posted.row.cost }));
};
