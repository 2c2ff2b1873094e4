/** What Discord refuses in a modal that its published schemas let pass. */
import { ComponentType } from 'discord-api-types/v10';
import type { APIModalInteractionResponseCallbackData } from 'discord-api-types/v10';
import { invalidFormBody } from '../rest/discord-error.ts';
import type { FieldError } from '../rest/discord-error.ts';

const MAX_TOP_LEVEL = 5;

/** @throws {DiscordError} 50035 */
export function checkModalRules({ components = [] }: Partial<APIModalInteractionResponseCallbackData>, at: readonly (string | number)[]): void {
  const found: FieldError[] = [];
  if (components.length > MAX_TOP_LEVEL) found.push({ path: [...at, 'components'], code: 'BASE_TYPE_BAD_LENGTH', message: `Must be between 1 and ${MAX_TOP_LEVEL} in length.` });
  const seen = new Set<string>();
  for (const [index, { customId }] of modalInputs(components).entries()) {
    if (seen.has(customId)) found.push({ path: [...at, 'components', index], code: 'COMPONENT_CUSTOM_ID_DUPLICATED', message: 'Component custom id cannot be duplicated' });
    seen.add(customId);
  }
  if (found.length > 0) throw invalidFormBody(found);
}

/** One thing to fill in: a text input in its row, or whatever a label carries. */
export interface ModalInput {
  readonly customId: string;
  readonly type: ComponentType;
  readonly required: boolean;
  readonly minLength: number;
  readonly maxLength: number;
  readonly wrapper: ComponentType.ActionRow | ComponentType.Label;
}

/** All that can be filled in, top to bottom. */
export function modalInputs(components: APIModalInteractionResponseCallbackData['components']): readonly ModalInput[] {
  return components.flatMap((top): readonly ModalInput[] => {
    if (top.type === ComponentType.ActionRow) return top.components.map((input) => inputOf(input, ComponentType.ActionRow));
    if (top.type === ComponentType.Label) return [inputOf(top.component, ComponentType.Label)];
    return [];
  });
}

function inputOf(input: { type: ComponentType; custom_id: string; required?: boolean; min_length?: number; max_length?: number }, wrapper: ModalInput['wrapper']): ModalInput {
  return { customId: input.custom_id, type: input.type, required: input.required ?? true, minLength: input.min_length ?? 0, maxLength: input.max_length ?? 4000, wrapper };
}
