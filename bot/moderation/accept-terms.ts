import { costOf } from '../../core/credits.ts';
import { LICENCES, type LicenceId, TERMS_VERSION } from '../../core/moderation/licence.ts';
import { askForJob } from '../admission/ask-for-job.ts';
import { onItsWayCard } from '../cards/on-its-way-card.ts';
import { termsAcceptedCard, termsOutdatedCard } from '../cards/terms-card.ts';
import { ephemerally, inPlace, openly, refuse } from '../interactions/answers.ts';
import type { ComponentHandler } from '../interactions/handler.ts';

/**
 * "I accept these rules": notes it, then asks for the job that waited, with this press's own token. The job keeps its id, so
 * that pressing twice asks once.
 */
export const acceptTerms: ComponentHandler = async (press, [licence = '', version, jobId], ports) => {
  if (!isLicence(licence)) return refuse({ kind: 'other-version' });
  if (version !== String(TERMS_VERSION)) return inPlace(termsOutdatedCard());
  const [, job] = await Promise.all([
    ports.ledger.moderation.accept(press.userId, licence, TERMS_VERSION),
    jobId === undefined ? undefined : ports.ledger.moderation.takePending(press.userId, jobId),
  ]);
  ports.log.info({ event: 'terms:accept:done', licence, version }, 'somebody accepted the rules');
  if (!job || job.channelId !== press.channelId) return inPlace(termsAcceptedCard());

  const { work, id, reply } = job;
  const isPrivate = job.private === true;
  const outcome = await askForJob(press, { work, id, isPrivate, ...(job.spoiler && { spoiler: true }), ...(reply.kind === 'message' && { reply }) }, ports);
  if (outcome.kind !== 'in-line') return inPlace(outcome.card);
  if (reply.kind === 'message') return inPlace(onItsWayCard({ emoji: '🖼️', count: 1, of: 1, cost: costOf(work) }));
  return isPrivate ? ephemerally(outcome.card) : openly(outcome.card);
};

function isLicence(name: string): name is LicenceId {
  return Object.hasOwn(LICENCES, name);
}
