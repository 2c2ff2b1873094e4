import type { Job, Work } from '../../core/job.ts';
import type { Metadata } from '../../core/screening.ts';
import type { SignPicture } from '../../core/provenance/c2pa/sign-picture.ts';
import { RECIPE_VERSION, type Recipe } from '../../core/provenance/recipe.ts';
import { shortJobId } from '../../core/provenance/short-job-id.ts';
import { type PictureFacts, parametersText } from './parameters.ts';

/** What a file says of the picture in it. */
export interface Label {
  readonly recipe: Recipe;
  /** In AUTOMATIC1111's form. */
  readonly parameters?: string;
  /** Where the operator has a certificate. */
  readonly sign?: SignPicture | undefined;
}

/**
 * What is told of a job's picture: everything that it takes to paint it again, or, with `origin`, only that Refinery made it and in
 * which job. Never who asked.
 */
export function labelOf(job: Pick<Job, 'id' | 'work'>, index: number, facts: PictureFacts, { metadata, sign }: { readonly metadata: Metadata; readonly sign?: SignPicture | undefined }): Label {
  const origin = { version: RECIPE_VERSION, software: 'Refinery', job: shortJobId(job.id) } as const;
  if (metadata === 'origin') return { recipe: origin, sign };
  return { recipe: { ...origin, index, ...recipeOf(job.work, facts) }, parameters: parametersText(job.work, facts), sign };
}

function recipeOf(work: Work, { seed, width, height, model, sampler }: PictureFacts): Partial<Recipe> {
  const { kind, prompt, prompt2, negativePrompt, style, steps, guidanceScale, guidanceRescale, clipSkip, handover, loras } = work;
  return {
    kind,
    model,
    prompt,
    ...(prompt2 !== undefined && { prompt2 }),
    negativePrompt,
    ...(style && { style }),
    ...(loras && { loras: loras.map(({ name, strength }) => ({ name, strength })) }),
    width,
    height,
    steps,
    guidanceScale,
    seed,
    sampler,
    ...(clipSkip !== undefined && { clipSkip }),
    ...(guidanceRescale !== undefined && { guidanceRescale }),
    ...(handover !== undefined && { denoisingEnd: handover }),
    ...('refine' in work && { refine: work.refine }),
    ...('strength' in work && work.strength !== undefined && { strength: work.strength }),
    ...(work.kind === 'imagine' && work.refineStrength !== undefined && { refineStrength: work.refineStrength }),
    ...(work.kind === 'upscale' && { scale: work.scale }),
    ...('source' in work && { from: shortJobId(work.source.jobId) }),
  };
}
