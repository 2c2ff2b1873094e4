import { confirmDeleteCard, deletedCard } from '../cards/delete-card.ts';
import { ephemerally, inPlace, refuse } from '../interactions/answers.ts';
import type { ComponentHandler } from '../interactions/handler.ts';
import type { Asked } from '../interactions/interaction.ts';
import { mayModerate } from '../interactions/permissions.ts';
import { type PostedPictures, picturesOfJob } from './posted-pictures.ts';

/** 🗑️: for whoever asked for the pictures, and for moderators; asks once more. */
export const deletePictures: ComponentHandler = async (press, [jobId = ''], ports) => {
  const posted = await picturesOfJob(jobId, ports, { channelId: press.channelId, messageId: press.message.id });
  if (!posted) return refuse({ kind: 'picture-gone' });
  if (!mayDelete(press, posted)) return refuse({ kind: 'not-yours' });
  return ephemerally(confirmDeleteCard(jobId, posted.pictures.length, ports.customIds));
};

/** The second press. The message goes; the job's row and its charge stay. */
export const deletePicturesNow: ComponentHandler = async (press, [jobId = ''], ports) => {
  const posted = await picturesOfJob(jobId, ports);
  if (!posted) return refuse({ kind: 'picture-gone' });
  if (!mayDelete(press, posted)) return refuse({ kind: 'not-yours' });
  await ports.discord.remove(posted.channelId, posted.messageId);
  ports.log.info({ event: 'picture:delete:done', job: jobId, message: posted.messageId }, 'a message with pictures was deleted');
  return inPlace(deletedCard());
};

function mayDelete({ userId, memberPermissions }: Asked, { row }: PostedPictures): boolean {
  return row.job.userId === userId || mayModerate(memberPermissions ?? 0n);
}
