/** The models that can be asked for, and the sizes each was trained on. */

/** What the bot and the worker agree on about a model; the weights' own shapes stand in the checkpoint's config files. */
export interface Model {
  readonly id: string;
  readonly title: string;
  /** Edge in pixels of the square pictures it was trained on. */
  readonly edge: number;
  readonly steps: number;
  readonly guidanceScale: number;
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
  edge: 1024,
  steps: 30,
  guidanceScale: 5,
  denoisingEnd: 0.8,
  upscale: 2,
  refineScale: 1.5,
  refineStrength: 0.3,
  varyStrength: 0.6,
};

export const MODELS: readonly Model[] = [DEMO, SDXL];

export function findModel(id: string): Model | undefined {
  return MODELS.find((model) => model.id === id);
}
