import { type Centicredits, costOf, formatCredits } from '../../core/credits.ts';
import { type Original, againWork, refineWork, upscaleWork, varyWork } from '../../core/derive-work.ts';
import type { Job, Work } from '../../core/job.ts';
import type { StoredPicture } from '../../core/ledger/row.ts';
import type { Model } from '../../core/model.ts';
import type { CustomIds } from '../custom-id/custom-ids.ts';
import { type Row, button, row } from './components.ts';

/** What is done with one finished picture and costs something; the names are those in custom ids. */
export const PICTURE_ACTIONS = {
  refine: { emoji: '✨', label: 'Refine' },
  vary: { emoji: '🎨', label: 'Vary' },
  upscale: { emoji: '🔍', label: 'Upscale' },
} as const;
export type PictureAction = keyof typeof PICTURE_ACTIONS;
const ACTIONS = ['refine', 'vary', 'upscale'] as const satisfies readonly PictureAction[];

/** Finished pictures as their buttons need to know them. */
export interface Posting {
  readonly job: Job;
  readonly pictures: readonly StoredPicture[];
  readonly model: Model;
  readonly customIds: CustomIds;
  /** Epoch milliseconds: ✨ costs less while latents are kept. */
  readonly now: number;
}

/**
 * The buttons under finished pictures. One picture has a button an action, with what it costs; of several, each action has
 * a row and each picture a number.
 */
export function pictureButtons(posting: Posting): Row[] {
  const { job, pictures, customIds } = posting;
  const paid = ACTIONS.map((action) => pictures.flatMap((_, index) => pictureButton(posting, action, index)));
  const again = againButton(job, customIds);
  const free = [
    button(customIds.write('edit', job.id), { emoji: '✏️', label: 'Edit' }),
    button(customIds.write('dm', job.id), { emoji: '📩', label: 'To my DMs' }),
    // What only one person sees cannot be deleted by the bot; they dismiss it themselves.
    ...(job.private ? [] : [button(customIds.write('delete', job.id), { emoji: '🗑️', label: 'Delete' })]),
    // Nor does anybody else see it; and in direct messages there are no moderators.
    ...(job.private || job.guildId === null ? [] : [button(customIds.write('report', job.id), { emoji: '🚩', label: 'Report' })]),
  ];
  if (pictures.length === 1) return [row(...paid.flat(), ...again), row(...free)];
  return [...paid.filter((buttons) => buttons.length > 0).map((buttons) => row(...buttons)), row(...again, ...free)];
}

/** What each action on one of the pictures costs, for those that can be done: `✨ refine 0.68 · 🎨 vary 0.6 · 🔍 upscale 0.1`. */
export function actionPrices(posting: Posting): string {
  return ACTIONS.flatMap((action) => {
    const work = actionWork(action, originalOf(posting, 0), posting, 0);
    return work ? `${PICTURE_ACTIONS[action].emoji} ${action} ${formatCredits(costOf(work))}` : [];
  }).join(' · ');
}

/** The work that an action asks for; `undefined` when there is nothing to do. */
export function actionWork(action: PictureAction, original: Original | undefined, { model, now }: Pick<Posting, 'model' | 'now'>, seed: number): Work | undefined {
  if (!original) return undefined;
  switch (action) {
    case 'refine':
      return refineWork(original, model, now);
    case 'vary':
      return varyWork(original, model, seed);
    case 'upscale':
      return upscaleWork(original, model);
  }
}

function pictureButton(posting: Posting, action: PictureAction, index: number) {
  const work = actionWork(action, originalOf(posting, index), posting, 0);
  if (!work) return [];
  const { emoji, label } = PICTURE_ACTIONS[action];
  const cost = costOf(work);
  const text = posting.pictures.length === 1 ? priced(label, cost) : String(index + 1);
  const customId = posting.customIds.write(action, posting.job.id, String(index), String(cost));
  return [button(customId, { emoji, label: text, ...(action === 'refine' && { style: 'primary' }) })];
}

function againButton({ id, work }: Job, customIds: CustomIds) {
  const again = againWork(work, 0);
  if (!again) return [];
  const cost = costOf(again);
  return [button(customIds.write('again', id, '0', String(cost)), { emoji: '🔁', label: priced('Again', cost) })];
}

export function priced(label: string, cost: Centicredits): string {
  return `${label} · ${formatCredits(cost)}`;
}

/** The message is not posted yet; what work costs depends on neither seed nor message. */
function originalOf({ job, pictures }: Posting, index: number): Original | undefined {
  const picture = pictures[index];
  return picture && { row: { job }, picture, index, channelId: job.channelId, messageId: '0' };
}
