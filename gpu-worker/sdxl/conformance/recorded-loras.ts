import { NotYet } from './case-result.ts';

/** The files that a case was recorded with, any of which gives the recorded numbers, and the strength of each. */
export interface RecordedLoras {
  /** Names in the folder `lora`, without ending. */
  readonly files: readonly string[];
  readonly strength: number;
}

/** Reads what a case says in words: `lora/unet_kohya_sgm, unet_peft or unet_diffusers_old at scale 0.6`. */
export function recordedLoras(text: string): RecordedLoras {
  const [, names, scale] = /^lora\/(.+?) at scale (\d+(?:\.\d+)?)/.exec(text) ?? [];
  if (names === undefined || scale === undefined) throw new NotYet(`"${text}" is not understood`);
  return { files: names.split(/, | or /), strength: Number(scale) };
}
