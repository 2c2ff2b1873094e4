/** All it takes to paint a picture again, as it stands in the file itself: in a PNG's `refinery` text chunk, and in the XMP of every format. */
import * as v from 'valibot';

/** A reader of another version reads nothing. */
export const RECIPE_VERSION = 1;
export const RECIPE_KEYWORD = 'refinery';

const text = v.pipe(v.string(), v.maxLength(4000));

export const recipeSchema = v.object({
  version: v.literal(RECIPE_VERSION),
  software: v.literal('Refinery'),
  /** The short id of its job (short-job-id.ts); never who asked. */
  job: v.pipe(v.string(), v.regex(/^[0-9a-f]{10}$/)),
  /** Which picture of the job, from 0. */
  index: v.optional(v.number()),
  /** What was done: `imagine`, `refine`, `finish`, `vary`, `upscale`. */
  kind: v.optional(text),
  /** The short id of the job whose picture it began from. */
  from: v.optional(text),
  model: v.optional(text),
  prompt: v.optional(text),
  /** What the second text encoder read instead of the prompt. */
  prompt2: v.optional(text),
  negativePrompt: v.optional(v.nullable(text)),
  style: v.optional(text),
  /** Pixels as painted, before upscaling. */
  width: v.optional(v.number()),
  height: v.optional(v.number()),
  steps: v.optional(v.number()),
  guidanceScale: v.optional(v.number()),
  seed: v.optional(v.number()),
  sampler: v.optional(text),
  refine: v.optional(text),
  /** Layers of the text encoders that were left out, beyond SDXL's own choice. */
  clipSkip: v.optional(v.number()),
  guidanceRescale: v.optional(v.number()),
  /** Where the base handed over to the refiner, when it was not where the model does by itself. */
  denoisingEnd: v.optional(v.number()),
  strength: v.optional(v.number()),
  /** What share of a two-stage picture the refiner painted anew, when it was not the model's own. */
  refineStrength: v.optional(v.number()),
  scale: v.optional(v.number()),
  loras: v.optional(v.array(v.object({ name: text, strength: v.number() }))),
});

export type Recipe = Readonly<v.InferOutput<typeof recipeSchema>>;

/** Reads a recipe that a file carries; `undefined` for anything else, as anybody can write anything into a file. */
export function parseRecipe(json: string): Recipe | undefined {
  try {
    const parsed = v.safeParse(recipeSchema, JSON.parse(json));
    return parsed.success ? parsed.output : undefined;
  } catch {
    return undefined;
  }
}
