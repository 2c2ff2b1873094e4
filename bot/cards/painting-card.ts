import type { Job } from '../../core/job.ts';
import type { Card } from './card.ts';
import { createCard } from './card.ts';
import type { Row } from './components.ts';
import { COLOURS } from './palette.ts';
import { altText } from './plain-text.ts';
import { progressBar } from './progress-bar.ts';
import { promptText } from './prompt-text.ts';
import { aboutSeconds } from './waiting-words.ts';
import { recipe } from './wording.ts';

/** Where the work stands. Only the networks that denoise count steps. */
export type Progress =
  | { readonly stage: 'base' | 'refiner'; readonly step: number; readonly steps: number }
  | { readonly stage: 'loading' }
  | { readonly stage: 'decoding' }
  /** Large pictures are enlarged part by part. */
  | { readonly stage: 'upscaling'; readonly part?: number; readonly parts?: number };

const TITLES: Readonly<Record<Progress['stage'], string>> = {
  loading: 'Waking the model',
  base: 'Painting',
  refiner: 'Refining',
  decoding: 'Developing',
  upscaling: 'Enlarging',
};

/** The job is being painted. `preview` is the file name of a picture sent along, rough as it still is. */
export function paintingCard(painting: { readonly job: Pick<Job, 'work'>; readonly progress: Progress; readonly preview?: string; readonly secondsLeft?: number; readonly buttons?: readonly Row[] }): Card {
  const { job, progress, preview, secondsLeft, buttons } = painting;
  const attachments =
    preview === undefined ? [] : [{ id: '0', filename: preview, description: altText(`${job.work.prompt} (unfinished preview)`, 0, 1) }];
  return createCard(
    {
      color: COLOURS.painting,
      title: TITLES[progress.stage],
      description: promptText(job.work),
      fields: [
        { name: progressName(progress), value: progressValue(progress, secondsLeft) },
        { name: 'How', value: recipe(job.work) },
      ],
    },
    attachments,
    buttons,
  );
}

function progressName(progress: Progress): string {
  if ('step' in progress) return `Step ${progress.step} of ${progress.steps}`;
  return 'Almost there';
}

function progressValue(progress: Progress, secondsLeft: number | undefined): string {
  if ('step' in progress) {
    const bar = progressBar(progress.step, progress.steps);
    return secondsLeft === undefined ? bar : `${bar}\n${aboutSeconds(secondsLeft)} left`;
  }
  if (progress.stage === 'loading') return 'The weights are being read; this happens once.';
  if (progress.stage !== 'upscaling') return 'Turning latents into pixels.';
  const { part, parts = 1 } = progress;
  return part === undefined || parts === 1 ? 'Making it larger.' : `Making it larger, part ${part} of ${parts}.\n${progressBar(part, parts)}`;
}
