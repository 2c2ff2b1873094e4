import type { Progress } from '../../bot/cards/painting-card.ts';
import type { Work } from '../../core/job.ts';
import type { JobTimes } from '../../core/workforce/workforce.ts';
import { megapixelSteps } from '../../core/workforce/megapixel-steps.ts';

/** Takes the times of one job. */
export interface PaceWatch {
  saw(progress: Progress): void;
  /** Of a job that was painted from its start to its post; `undefined` where that says nothing of the model's speed. */
  times(isWhole: boolean): JobTimes | undefined;
}

/** @param now epoch milliseconds */
export function watchPace(work: Work, now: () => number): PaceWatch {
  const startedAt = now();
  let lastStepAt: number | undefined;
  return {
    saw: (progress) => {
      if ('step' in progress) lastStepAt = now();
    },
    times: (isWhole) => {
      // Enlarging runs no diffusion network.
      if (!isWhole || lastStepAt === undefined || work.kind === 'upscale') return undefined;
      return { megapixelSteps: megapixelSteps(work), painting: (lastStepAt - startedAt) / 1000, rest: (now() - lastStepAt) / 1000 };
    },
  };
}
