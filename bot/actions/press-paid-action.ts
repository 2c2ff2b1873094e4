import * as v from 'valibot';
import { costOf } from '../../core/credits.ts';
import { lookAhead } from '../admission/look-ahead.ts';
import { confirmCard } from '../cards/confirm-card.ts';
import { onItsWayCard } from '../cards/on-its-way-card.ts';
import { ephemerally, inPlace, openly, refuse } from '../interactions/answers.ts';
import type { ComponentHandler } from '../interactions/handler.ts';
import { LOOKS, type PaidAction, askForAction, isPaidAction, paidWork } from './paid-action.ts';
import { picturesOfJob } from './posted-pictures.ts';

const whole = v.pipe(v.string(), v.regex(/^\d{1,9}$/), v.transform(Number));
/** Job, picture, and the price that the button shows. */
const pressArgs = v.tuple([v.string(), whole, whole]);
const confirmArgs = v.tuple([v.custom<PaidAction>((name) => typeof name === 'string' && isPaidAction(name)), v.string(), v.union([whole, v.literal('all')]), whole]);

/**
 * ✨ 🎨 🔍 🔁 under a picture: a job in line, told to everyone as a reply to the picture. What would cost more than the
 * button says, as ✨ does once latents are gone, is asked about first.
 */
export function pressPaidAction(action: PaidAction): ComponentHandler {
  return async (press, args, ports) => {
    const read = v.safeParse(pressArgs, args);
    if (!read.success) return refuse({ kind: 'other-version' });
    const [jobId, index, shownCost] = read.output;
    const ahead = lookAhead(press, ports);
    const posted = await picturesOfJob(jobId, ports, { channelId: press.channelId, messageId: press.message.id });
    if (!posted) return refuse({ kind: 'picture-gone' });
    const work = paidWork(action, posted, index, ports);
    if (!work) return refuse({ kind: 'nothing-to-do' });
    if (costOf(work) > shownCost) {
      return ephemerally(confirmCard({ ...LOOKS[action], action, jobId, costs: [costOf(work)], picks: [index], pictureCount: 1, customIds: ports.customIds, costMore: true }));
    }
    const outcome = await askForAction(press, action, posted, index, work, { ahead }, ports);
    return outcome.kind === 'in-line' && !posted.row.job.private ? openly(outcome.card) : ephemerally(outcome.card);
  };
}

/** A button of the card that names the price first (confirm-card.ts); it takes that card's place with how it went. */
export const confirmPaidAction: ComponentHandler = async (press, args, ports) => {
  const read = v.safeParse(confirmArgs, args);
  if (!read.success) return refuse({ kind: 'other-version' });
  const [action, jobId, which, agreedCost] = read.output;
  const posted = await picturesOfJob(jobId, ports);
  if (!posted) return refuse({ kind: 'picture-gone' });
  const indexes = which === 'all' ? [...posted.pictures.keys()] : [which];
  const works = indexes.flatMap((index) => {
    const work = paidWork(action, posted, index, ports);
    return work ? [{ index, work, cost: costOf(work) }] : [];
  });
  const cost = works.reduce((sum, each) => sum + each.cost, 0);
  if (works.length === 0) return refuse({ kind: 'nothing-to-do' });
  if (cost > agreedCost) {
    const costs = works.map((each) => each.cost);
    return inPlace(confirmCard({ ...LOOKS[action], action, jobId, costs, picks: indexes, pictureCount: posted.pictures.length, customIds: ports.customIds, costMore: true }));
  }
  const [only] = works;
  if (posted.row.job.private && only && works.length === 1) {
    // Nothing can be posted under what only one person sees: the picture takes this card's place.
    const { card } = await askForAction(press, action, posted, only.index, only.work, {}, ports);
    return inPlace(card);
  }
  const wish = { reply: { kind: 'message', replyTo: posted.messageId } } as const;
  const outcomes = await Promise.all(works.map(({ index, work }) => askForAction(press, action, posted, index, work, wish, ports)));
  const inLine = outcomes.filter(({ kind }) => kind === 'in-line').length;
  const [first] = outcomes;
  if (inLine === 0 && first) return inPlace(first.card);
  const charged = works.reduce((sum, each, i) => sum + (outcomes[i]?.kind === 'in-line' ? each.cost : 0), 0);
  return inPlace(onItsWayCard({ ...LOOKS[action], count: inLine, of: outcomes.length, cost: charged }));
};
