import type { ImagineWork } from '../../core/job.ts';
import { DEMO } from '../../core/model.ts';
import { loadModel } from '../models/loaded-model.ts';
import { modelFolders } from '../models/model-folders.ts';
import { paintImagined } from '../painting/paint-picture.ts';
import type { Picture } from '../sdxl/picture/picture.ts';
import type { ProviderWish } from '../sdxl/provider/choose-form.ts';
import { LANCZOS } from '../upscaling/upscaler.ts';
import type { GalleryWish } from './gallery-list.ts';

export interface PaintWishesOptions {
  readonly steps: number;
  readonly provider: ProviderWish;
  readonly signal?: AbortSignal;
}

/** Paints each wish with the demo model as a job of `/imagine` is painted, base and refiner; not enlarged yet. */
export async function* paintWishes(wishes: readonly GalleryWish[], { steps, provider, signal }: PaintWishesOptions): AsyncGenerator<Picture> {
  const loaded = await loadModel(DEMO, modelFolders(DEMO.id, undefined), { provider });
  try {
    for (const { prompt, seed } of wishes) {
      signal?.throwIfAborted();
      yield await loaded.use((sdxl) => paintImagined({ sdxl, model: DEMO, upscaler: LANCZOS }, workOf(prompt, seed, steps), seed, { at: 'start' }, { signal }, NOTHING_KEPT));
    }
  } finally {
    await loaded.close();
  }
}

/** What nobody chose is as `/imagine` has it. */
function workOf(prompt: string, seed: number, steps: number): ImagineWork {
  return { kind: 'imagine', model: DEMO.id, prompt, negativePrompt: null, width: DEMO.edge, height: DEMO.edge, steps, guidanceScale: DEMO.guidanceScale, seed, count: 1, refine: 'ensemble' };
}

const NOTHING_KEPT = { handover: async <T>(latents: T) => latents, passing: async () => undefined };
