import type { RefineForm, Work } from '../../core/job.ts';
import { loraTags } from '../../core/loras.ts';
import { inStyle } from '../../core/styles.ts';

/** What a picture's `parameters` text says beside the work itself. */
export interface PictureFacts {
  readonly seed: number;
  /** Pixels as painted, before upscaling. */
  readonly width: number;
  readonly height: number;
  /** The model's id. */
  readonly model: string;
  readonly sampler: string;
  /** What made the posted file larger than it was painted. */
  readonly upscaler?: string;
}

/**
 * How a picture was made, in the form that AUTOMATIC1111's web UI writes into a PNG's `parameters` chunk and that
 * viewers read: the prompt, `Negative prompt: …`, then one line of `Name: value` pairs.
 */
export function parametersText(work: Work, facts: PictureFacts): string {
  const { prompt, negativePrompt } = inStyle(work);
  const lines = [work.loras === undefined ? prompt : `${prompt} ${loraTags(work.loras)}`];
  if (negativePrompt !== null && negativePrompt !== '') lines.push(`Negative prompt: ${negativePrompt}`);
  const pairs: [string, string | number][] = [
    ['Steps', work.steps],
    ['Sampler', facts.sampler],
    ['CFG scale', work.guidanceScale],
    ['Seed', facts.seed],
    ['Size', `${facts.width}x${facts.height}`],
    ['Model', facts.model],
    ...optionPairs(work),
    ...refinerPairs(work),
    ...(facts.upscaler === undefined ? [] : [['Hires upscaler', facts.upscaler] satisfies [string, string]]),
  ];
  lines.push(pairs.map(([name, value]) => `${name}: ${value}`).join(', '));
  return lines.join('\n');
}

/** Under the names that AUTOMATIC1111's web UI has for them, where it has one. */
function optionPairs({ clipSkip, guidanceRescale, handover, prompt2 }: Work): [string, string | number][] {
  return [
    // There, 1 leaves out nothing, and SDXL's own choice counts as 2.
    ...pair('Clip skip', clipSkip === undefined ? undefined : clipSkip + 2),
    ...pair('CFG Rescale', guidanceRescale),
    ...pair('Refiner switch at', handover),
    ...pair('Prompt 2', prompt2 === undefined ? undefined : JSON.stringify(prompt2)),
  ];
}

/** What was not chosen is not said. */
function pair(name: string, value: string | number | undefined): [string, string | number][] {
  return value === undefined ? [] : [[name, value]];
}

function refinerPairs(work: Work): [string, string | number][] {
  switch (work.kind) {
    case 'refine':
      return [['Denoising strength', work.strength]];
    case 'finish':
      return [['Refiner', 'ensemble']];
    case 'vary':
      return [['Denoising strength', work.strength], ...refinerPair(work.refine)];
    case 'imagine':
      return [...pair('Denoising strength', work.image && work.strength), ...refinerPair(work.refine), ...pair('Refiner strength', work.refineStrength)];
    case 'upscale':
      return [['Hires upscale', work.scale]];
  }
}

function refinerPair(form: RefineForm): [string, string][] {
  return form === 'none' ? [] : [['Refiner', form]];
}
