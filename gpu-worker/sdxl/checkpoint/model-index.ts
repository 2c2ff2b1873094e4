import { join } from 'node:path';
import * as v from 'valibot';
import { BadCheckpoint } from './bad-checkpoint.ts';
import { readJson } from './read-json.ts';

/** What model_index.json says of a diffusers folder, as far as it concerns SDXL. */
export interface ModelIndex {
  readonly hasFirstTextEncoder: boolean;
  readonly forceZerosForEmptyPrompt: boolean;
  /** Time ids end in an aesthetic score instead of a target size. */
  readonly requiresAestheticsScore: boolean;
}

/** [library, class]; both null where the pipeline does without. */
const component = v.tuple([v.nullable(v.string()), v.nullable(v.string())]);

const index = v.object({
  _class_name: v.string(),
  text_encoder: v.optional(component, [null, null]),
  text_encoder_2: v.optional(component, [null, null]),
  force_zeros_for_empty_prompt: v.optional(v.boolean(), true),
  requires_aesthetics_score: v.optional(v.boolean(), false),
});

/** Reads a folder's model_index.json. Throws `BadCheckpoint` when it is not a Stable Diffusion XL pipeline's. */
export async function readModelIndex(folder: string): Promise<ModelIndex> {
  const path = join(folder, 'model_index.json');
  const parsed = v.safeParse(index, await readJson(path));
  if (!parsed.success) throw new BadCheckpoint(path, `is no diffusers model index: ${v.getDotPath(parsed.issues[0]) ?? ''} ${parsed.issues[0].message}`);
  const { _class_name, text_encoder, text_encoder_2, force_zeros_for_empty_prompt, requires_aesthetics_score } = parsed.output;
  if (!_class_name.startsWith('StableDiffusionXL')) {
    throw new BadCheckpoint(path, `is the index of a ${_class_name}; this engine runs Stable Diffusion XL (StableDiffusionXLPipeline, StableDiffusionXLImg2ImgPipeline)`);
  }
  if (text_encoder_2[1] !== 'CLIPTextModelWithProjection') {
    throw new BadCheckpoint(path, `names ${text_encoder_2[1] ?? 'nothing'} as text_encoder_2; SDXL has a CLIPTextModelWithProjection there`);
  }
  return {
    hasFirstTextEncoder: text_encoder[1] !== null,
    forceZerosForEmptyPrompt: force_zeros_for_empty_prompt,
    requiresAestheticsScore: requires_aesthetics_score,
  };
}
