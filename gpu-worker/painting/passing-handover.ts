import { chooseSampler } from '../sdxl/pipeline/choose-sampler.ts';
import type { Latents } from '../sdxl/pipeline/sdxl.ts';
import type { Watch } from '../sdxl/pipeline/watch.ts';
import { selectCalls } from '../sdxl/schedule/call-range.ts';
import type { Engine } from './paint-picture.ts';

/** How the base runs: to the end of `steps`, or of the share that `strength` leaves of them. */
interface Run {
  readonly steps: number;
  readonly strength?: number;
}

/**
 * Watches the base paint to its end and keeps the latents of the moment at which it would have handed over: both runs take
 * the same calls until then, so the refiner can still finish those latents later.
 * A model without a refiner, or a run with no step on either side of that moment, has nothing to keep.
 */
export function passingHandover({ sdxl, model }: Engine, { steps, strength }: Run, watch: Watch, keep: (latents: Latents) => Promise<void>): Watch {
  const schedule = chooseSampler(sdxl.base, steps);
  const whole = selectCalls(schedule, { strength });
  const share = selectCalls(schedule, { strength, denoisingEnd: model.denoisingEnd });
  const calls = share.end - share.begin;
  if (!sdxl.refiner || calls === 0 || share.end === whole.end) return watch;
  return {
    ...watch,
    onStep: async (progress) => {
      if (progress.step === calls) await keep(progress.latents);
      await watch.onStep?.(progress);
    },
  };
}
