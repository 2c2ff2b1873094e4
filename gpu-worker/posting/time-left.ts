import type { Progress } from '../../bot/cards/painting-card.ts';
import type { Work } from '../../core/job.ts';
import { modelFor } from '../../core/model-for.ts';

/**
 * Tells how long the rest of a job's steps takes, from the steps that it has made so far; `undefined` until two were seen.
 * @param now epoch milliseconds
 * @returns seconds
 */
export function trackTimeLeft(work: Work, now: () => number): (progress: Progress) => number | undefined {
  let first: { readonly at: number; readonly done: number } | undefined;
  return (progress) => {
    if (!('step' in progress)) return undefined;
    const done = fractionDone(work, progress);
    first ??= { at: now(), done };
    if (done <= first.done) return undefined;
    return ((now() - first.at) / 1000) * ((1 - done) / (done - first.done));
  };
}

/** How much of all that a job denoises is done, 0 to 1. The steps of several pictures are counted together, stage by stage. */
export function fractionDone(work: Work, { stage, step, steps }: Extract<Progress, { step: number }>): number {
  const pictures = work.kind === 'imagine' ? work.count : 1;
  const each = Math.max(1, steps / pictures);
  const finished = Math.min(pictures - 1, Math.floor((step - 1) / each));
  const within = Math.min(1, (step - finished * each) / each);
  const base = baseShare(work);
  const ofThisOne = stage === 'base' ? base * within : base + (1 - base) * within;
  return (finished + ofThisOne) / pictures;
}

/** The base's part of a picture's work; a step of either network counts alike, by its pixels. */
function baseShare(work: Work): number {
  const { denoisingEnd, refineScale, refineStrength } = modelFor(work);
  switch (work.kind) {
    case 'imagine':
      if (work.refine === 'none') return 1;
      return work.refine === 'ensemble' ? denoisingEnd : 1 / (1 + refineStrength * refineScale ** 2);
    case 'vary':
      // It begins at 1 − strength of the schedule.
      return work.refine === 'none' ? 1 : Math.max(0, (denoisingEnd - (1 - work.strength)) / work.strength);
    case 'refine':
    case 'finish':
    case 'upscale':
      return 0;
  }
}
