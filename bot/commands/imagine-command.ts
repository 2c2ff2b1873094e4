import type {
  APIApplicationCommandBasicOption,
  APIApplicationCommandOptionChoice,
  RESTPostAPIChatInputApplicationCommandsJSONBody,
} from 'discord-api-types/v10';
import { ASPECTS, type Aspect } from '../../core/aspect.ts';
import type { RefineForm } from '../../core/job.ts';
import { CLIP_SKIP, COUNT, GUIDANCE, GUIDANCE_RESCALE, HANDOVER, MAX_PROMPT_LENGTH, SEED, STEPS, STRENGTH } from '../../core/limits.ts';
import type { Model } from '../../core/model.ts';

/** The aspect and the refine form of a `/imagine` that does not say. */
export const DEFAULT_ASPECT: Aspect = 'square';
export const DEFAULT_REFINE: RefineForm = 'ensemble';

export const REFINE_CHOICES: Readonly<Record<RefineForm, string>> = {
  ensemble: 'Base, then the refiner finishes it (default)',
  'two-stage': 'Base, then the refiner over the whole picture, larger',
  none: 'Base only',
};

/** `/imagine`, its options' limits taken from core (https://discord.com/developers/docs/interactions/application-commands). */
export function imagineCommand(model: Model): RESTPostAPIChatInputApplicationCommandsJSONBody {
  return {
    type: 1,
    name: 'imagine',
    description: `Paint a picture from words, with ${model.title}`,
    options: imagineOptions(model),
    // Servers and direct messages with the bot; installed on servers.
    contexts: [0, 1],
    integration_types: [0],
  };
}

function imagineOptions(model: Model): APIApplicationCommandBasicOption[] {
  return [
    { type: 3, name: 'prompt', description: 'What the picture shows', required: true, min_length: 1, max_length: MAX_PROMPT_LENGTH },
    { type: 3, name: 'negative', description: 'What to keep out of it', max_length: MAX_PROMPT_LENGTH },
    { type: 3, name: 'aspect', description: 'Its shape', choices: choices(ASPECTS, ({ label }) => label) },
    { type: 4, name: 'steps', description: `More steps: finer, slower, dearer (${model.steps} if you leave it out)`, min_value: STEPS.min, max_value: STEPS.max },
    {
      type: 10,
      name: 'guidance',
      description: `How closely it keeps to the words (${model.guidanceScale} if you leave it out)`,
      min_value: GUIDANCE.min,
      max_value: GUIDANCE.max,
    },
    { type: 4, name: 'seed', description: 'The same seed and settings give the same picture', min_value: SEED.min, max_value: SEED.max },
    { type: 4, name: 'count', description: 'How many pictures', min_value: COUNT.min, max_value: COUNT.max },
    { type: 3, name: 'refine', description: 'How the refiner takes part', choices: choices(REFINE_CHOICES, (label) => label) },
    { type: 3, name: 'style', description: 'A style preset: words put around yours', autocomplete: true },
    { type: 11, name: 'image', description: 'A picture to begin from, cut to the aspect' },
    { type: 11, name: 'mask', description: 'Of the same shape as the picture: painted anew where it is white, kept where it is black' },
    { type: 10, name: 'strength', description: 'How much of the picture is painted anew (0.6 if you leave it out)', min_value: STRENGTH.min, max_value: STRENGTH.max },
    { type: 3, name: 'sampler', description: 'How each step is made (the model’s own if you leave it out)', autocomplete: true },
    { type: 3, name: 'model', description: `What paints (${model.title} if you leave it out)`, autocomplete: true },
    { type: 3, name: 'lora', description: 'LoRA files, with commas between; a strength may follow each: paper-cut:0.8, film-grain', max_length: 400, autocomplete: true },
    { type: 3, name: 'prompt2', description: 'Other words for the second text encoder, which sees style and mood', max_length: MAX_PROMPT_LENGTH },
    { type: 10, name: 'handover', description: `Where the refiner takes over, as a share of the steps (${model.denoisingEnd} if you leave it out)`, min_value: HANDOVER.min, max_value: HANDOVER.max },
    { type: 10, name: 'refine_strength', description: 'With refine over the whole picture: how much of it is painted anew', min_value: STRENGTH.min, max_value: STRENGTH.max },
    { type: 10, name: 'rescale', description: 'Against washed-out or burnt colours at high guidance (0 if you leave it out; try 0.7)', min_value: GUIDANCE_RESCALE.min, max_value: GUIDANCE_RESCALE.max },
    { type: 4, name: 'clip_skip', description: 'Leaves out so many more of the text encoders’ last layers; some models want 1', min_value: CLIP_SKIP.min, max_value: CLIP_SKIP.max },
    { type: 5, name: 'private', description: 'Only you see the picture' },
    { type: 5, name: 'spoiler', description: 'Hide the picture until somebody clicks on it' },
  ];
}

function choices<T>(values: Readonly<Record<string, T>>, label: (value: T) => string): APIApplicationCommandOptionChoice<string>[] {
  return Object.entries(values).map(([value, entry]) => ({ name: label(entry), value }));
}
