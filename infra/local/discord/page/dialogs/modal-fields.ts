import type { APITextInputComponent, APIComponentInLabel } from 'discord-api-types/v10';
import type { LocalModal } from '../../page-protocol.ts';
import { ACTION_ROW, LABEL, TEXT_DISPLAY, TEXT_INPUT } from '../discord-numbers.ts';

/** One row of a modal: words, or a component with its label. */
export type ModalRow =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'field'; readonly label: string; readonly description: string | undefined; readonly component: ModalComponent };

type ModalComponent = APIComponentInLabel | APITextInputComponent;
export type FieldValue = string | readonly string[];

/** A modal's rows in one shape: the older action rows, where a text input has its own label, and Discord's label components. */
export function modalRows(modal: LocalModal): readonly ModalRow[] {
  return modal.components.flatMap((row): readonly ModalRow[] => {
    if (row.type === TEXT_DISPLAY) return [{ kind: 'text', text: row.content }];
    if (row.type === LABEL) return [{ kind: 'field', label: row.label, description: row.description, component: row.component }];
    if (row.type !== ACTION_ROW) return [];
    return row.components.map((component) => ({ kind: 'field', label: component.label ?? component.custom_id, description: undefined, component }));
  });
}

/** What a field holds before anybody touches it. */
export function firstValue(component: ModalComponent): FieldValue {
  if (component.type === TEXT_INPUT) return component.value ?? '';
  if ('options' in component && component.options !== undefined) return component.options.flatMap((option) => (option.default === true ? [option.value] : []));
  return [];
}

/** What is wrong with a text, as a sentence; undefined if nothing. */
export function textProblem(input: APITextInputComponent, text: string): string | undefined {
  if (text === '') return input.required === false ? undefined : 'This field is required.';
  if (input.min_length !== undefined && text.length < input.min_length) return `At least ${input.min_length} characters; these are ${text.length}.`;
  if (input.max_length !== undefined && text.length > input.max_length) return `At most ${input.max_length} characters; these are ${text.length}.`;
  return undefined;
}
