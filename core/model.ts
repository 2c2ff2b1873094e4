/** The models that can be asked for, and the sizes each was trained on. */

import type { LicenceId } from './moderation/licence.ts';

/** What the bot and the worker agree on about a model; the weights' own shapes stand in the checkpoint's config files. */
export interface Model {
  readonly id: string;
  readonly title: string;
  readonly licence: LicenceId;
  /** Edge in pixels of the square pictures it was trained on. */
  readonly edge: number;
  readonly steps: number;
  readonly guidanceScale: number;
  /** The sampler, by the engine's name for it (`euler`, `lcm` …), for checkpoints made for one; the checkpoint's own when absent. */
  readonly sampler?: string;
  /** How the timesteps are spread over the schedule; as the checkpoint says when absent, and a single file says nothing. */
  readonly timestepSpacing?: 'leading' | 'trailing' | 'linspace';
  /** Fraction of the schedule that the base paints before it hands over to the refiner. */
  readonly denoisingEnd: number;
  /** How many times larger, per side, a posted picture is than what the VAE decodes. */
  readonly upscale: number;
  /** How many times larger, per side, the refiner paints when it raises a finished picture (SDEdit). */
  readonly refineScale: number;
  readonly refineStrength: number;
  /** How much of the schedule a variation of a picture paints anew (SDEdit by the base). */
  readonly varyStrength: number;
}

/** A small pair of SDXL's architecture, trained on drawings, that ships with the repository. */
export const DEMO: Model = {
  id: 'demo',
  title: 'Refinery demo',
  licence: 'mit',
  edge: 128,
  steps: 25,
  guidanceScale: 5,
  denoisingEnd: 0.8,
  upscale: 4,
  refineScale: 1.5,
  refineStrength: 0.3,
  varyStrength: 0.6,
};

/** Stable Diffusion XL 1.0 with its refiner. */
export const SDXL: Model = {
  id: 'sdxl',
  title: 'SDXL 1.0',
  licence: 'open-rail-pp-m',
  edge: 1024,
  steps: 30,
  guidanceScale: 5,
  denoisingEnd: 0.8,
  upscale: 2,
  refineScale: 1.5,
  refineStrength: 0.3,
  varyStrength: 0.6,
};

/** The research release before 1.0; base and refiner are sampled as 1.0 is. https://huggingface.co/stabilityai/stable-diffusion-xl-base-0.9 */
export const SDXL_0_9: Model = { ...SDXL, id: 'sdxl-0.9', title: 'SDXL 0.9' };

/**
 * Distilled checkpoints paint in a few steps and without guidance. Their cards say guidance 0; every scale of 1 and less switches it
 * off, and 1 is the least that a job may ask for. They come without a refiner; SDXL's own finishes their pictures where one is there.
 */
const DISTILLED = { ...SDXL, guidanceScale: 1 } as const;

/** 1 to 4 steps, best at 512 pixels: https://huggingface.co/stabilityai/sdxl-turbo */
export const SDXL_TURBO: Model = { ...DISTILLED, id: 'sdxl-turbo', title: 'SDXL Turbo', edge: 512, steps: 4, sampler: 'euler-a', timestepSpacing: 'trailing' };

/** Each checkpoint is made for one number of steps: https://huggingface.co/ByteDance/SDXL-Lightning */
export const SDXL_LIGHTNING: readonly Model[] = [2, 4, 8].map((steps) => ({
  ...DISTILLED,
  id: `sdxl-lightning-${steps}`,
  title: `SDXL Lightning, ${steps} steps`,
  steps,
  sampler: 'euler',
  timestepSpacing: 'trailing',
}));

/** 2 to 8 steps; a checkpoint into which the LCM LoRA was merged: https://huggingface.co/latent-consistency/lcm-lora-sdxl */
export const SDXL_LCM: Model = { ...DISTILLED, id: 'sdxl-lcm', title: 'SDXL with LCM', steps: 4, sampler: 'lcm' };

export const MODELS: readonly Model[] = [DEMO, SDXL, SDXL_0_9, SDXL_TURBO, ...SDXL_LIGHTNING, SDXL_LCM];

/** Of the models above. */
export function findModel(id: string): Model | undefined {
  return MODELS.find((model) => model.id === id);
}

/**
 * A model by its id, whatever it is: a checkpoint that somebody put there is painted with as SDXL is. What its owner says otherwise
 * (gpu-worker/models) stands in what its workers offer.
 */
export function modelOf(id: string): Model {
  return findModel(id) ?? { ...SDXL, id, title: id };
}
