import type { APILabelComponent, APIModalInteractionResponseCallbackData } from 'discord-api-types/v10';
import type { ImagineWork } from '../../core/job.ts';
import { loraTags } from '../../core/loras.ts';
import { GUIDANCE, MAX_PROMPT_LENGTH, SEED, STEPS } from '../../core/limits.ts';

/** What can be edited, by the custom id of its field; the names are those of the options of `/imagine`. */
export const EDIT_FIELDS = ['prompt', 'negative', 'seed', 'steps', 'guidance'] as const;
export type EditField = (typeof EDIT_FIELDS)[number];

/** A form that holds how a picture was painted, to be changed and painted again. */
export function editModal(customId: string, work: ImagineWork): APIModalInteractionResponseCallbackData {
  return {
    custom_id: customId,
    title: 'Edit and paint again',
    components: [
      field('prompt', 'Prompt', withTags(work), { long: true, required: true, max: MAX_PROMPT_LENGTH + MAX_TAGS_LENGTH }),
      field('negative', 'Negative prompt', work.negativePrompt ?? '', { long: true, max: MAX_PROMPT_LENGTH, hint: 'What to keep out of it' }),
      field('seed', 'Seed', String(work.seed), { max: 10, hint: `${SEED.min} to ${SEED.max}; leave it empty for a new one` }),
      field('steps', 'Steps', String(work.steps), { max: 3, hint: `${STEPS.min} to ${STEPS.max}; more cost more` }),
      field('guidance', 'Guidance', String(work.guidanceScale), { max: 5, hint: `${GUIDANCE.min} to ${GUIDANCE.max}: how closely it keeps to the words` }),
    ],
  };
}

/** Four tags with the longest of names. */
const MAX_TAGS_LENGTH = 320;

function withTags({ prompt, loras }: ImagineWork): string {
  return loras === undefined ? prompt : `${prompt} ${loraTags(loras)}`;
}

interface Look {
  readonly long?: boolean;
  readonly required?: boolean;
  readonly max: number;
  readonly hint?: string;
}

/** https://discord.com/developers/docs/components/reference#label */
function field(name: EditField, label: string, value: string, { long = false, required = false, max, hint }: Look): APILabelComponent {
  return {
    type: 18,
    label,
    ...(hint !== undefined && { description: hint }),
    // An empty value is not one that Discord takes.
    component: { type: 4, custom_id: name, style: long ? 2 : 1, required, max_length: max, ...(value !== '' && { value }) },
  };
}
