import type { Model } from './model.ts';

/** Width and height in pixels, before upscaling. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/**
 * The aspect ratios people choose from, each with the 1024-pixel bucket that SDXL was trained on
 * (Podell et al. 2023, appendix I, https://arxiv.org/abs/2307.01952).
 */
export const ASPECTS = {
  square: { label: 'Square 1:1', width: 1024, height: 1024 },
  landscape: { label: 'Landscape 4:3', width: 1152, height: 896 },
  photo: { label: 'Photo 3:2', width: 1216, height: 832 },
  wide: { label: 'Wide 16:9', width: 1344, height: 768 },
  cinema: { label: 'Cinema 21:9', width: 1536, height: 640 },
  portrait: { label: 'Portrait 3:4', width: 896, height: 1152 },
  tall: { label: 'Tall 2:3', width: 832, height: 1216 },
  phone: { label: 'Phone 9:16', width: 768, height: 1344 },
} as const;

export type Aspect = keyof typeof ASPECTS;

export function isAspect(name: string): name is Aspect {
  return Object.hasOwn(ASPECTS, name);
}

/** The bucket of an aspect at the model's own scale: a 128-pixel model paints 16:9 at 168×96. */
export function sizeFor(aspect: Aspect, model: Pick<Model, 'edge'>): Size {
  const { width, height } = ASPECTS[aspect];
  const scale = model.edge / 1024;
  return { width: Math.round((width * scale) / 8) * 8, height: Math.round((height * scale) / 8) * 8 };
}
