import { againWork } from '../../core/derive-work.ts';
import type { Work } from '../../core/job.ts';
import { type AskOutcome, type Wish, askForJob } from '../admission/ask-for-job.ts';
import { PICTURE_ACTIONS, type PictureAction, actionWork } from '../cards/picture-buttons.ts';
import { refusalCard } from '../cards/refusal-card.ts';
import { messageLink } from '../cards/wording.ts';
import type { Asked } from '../interactions/interaction.ts';
import type { Ports } from '../ports.ts';
import { onceId } from './once-id.ts';
import { type PostedPictures, originalAt } from './posted-pictures.ts';

/** What costs credits when it is done with a picture. */
export type PaidAction = PictureAction | 'again';

export const LOOKS = { ...PICTURE_ACTIONS, again: { emoji: '🔁', label: 'Again' } } as const;

export function isPaidAction(name: string | undefined): name is PaidAction {
  return name !== undefined && Object.hasOwn(LOOKS, name);
}

/** The work that an action on one picture asks for; `undefined` when there is no such picture, or nothing to do. */
export function paidWork(action: PaidAction, posted: PostedPictures, index: number, { now, randomSeed }: Pick<Ports, 'now' | 'randomSeed'>): Work | undefined {
  if (action === 'again') return againWork(posted.row.job.work, randomSeed());
  return actionWork(action, originalAt(posted, index), { model: posted.model, now: now() }, randomSeed());
}

/**
 * Asks for the job of an action on one picture. Refining and enlarging are done once a picture, whoever asks; what is made of a private
 * picture is private, and of one behind a spoiler behind a spoiler.
 */
export async function askForAction(interaction: Asked, action: PaidAction, posted: PostedPictures, index: number, work: Work, wish: Pick<Wish, 'reply' | 'ahead'>, ports: Ports): Promise<AskOutcome> {
  const { messageId } = posted;
  const isPrivate = posted.row.job.private === true;
  const spoiler = posted.row.job.spoiler === true || posted.pictures[index]?.spoiler === true;
  const once = action === 'refine' || action === 'upscale' ? { id: onceId(action, { messageId, index }) } : {};
  const outcome = await askForJob(interaction, { work, ...once, isPrivate, spoiler, ...wish }, ports);
  if (outcome.kind !== 'already-asked') return outcome;
  const link = await linkToResult(outcome.jobId, interaction.guildId, ports);
  return link === undefined ? outcome : { ...outcome, card: refusalCard({ kind: 'done-already', link }) };
}

/** Where the answer to a job stands, once it does. */
async function linkToResult(jobId: string, guildId: string | null, { ledger }: Ports): Promise<string | undefined> {
  const posted = (await ledger.find(jobId))?.posted;
  const messageId = posted?.messageIds[0];
  return posted && messageId !== undefined ? messageLink(guildId, posted.channelId, messageId) : undefined;
}
