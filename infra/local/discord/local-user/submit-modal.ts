/** A local user fills in a modal and sends it. */
import { ComponentType, InteractionType } from 'discord-api-types/v10';
import type { InteractionDesk, Outcome } from '../interactions/desk.ts';
import type { LocalInteraction } from '../page-protocol.ts';
import { modalInputs } from '../validation/modal-rules.ts';
import type { ModalInput } from '../validation/modal-rules.ts';
import type { World } from '../world.ts';
import { LocalRefusal } from './local-refusal.ts';

type Submission = Extract<LocalInteraction, { kind: 'modal' }>;

/** @throws {LocalRefusal} */
export async function submitModal(world: World, desk: InteractionDesk, userId: string, { interactionId, fields }: Submission): Promise<Outcome> {
  const trigger = world.store.interactions.get(interactionId);
  if (trigger === undefined || trigger.userId !== userId || trigger.modal === null) throw new LocalRefusal('unknown-interaction', 'That window is gone: start again.');
  const inputs = modalInputs(trigger.modal.components);
  for (const key of Object.keys(fields)) if (!inputs.some(({ customId }) => customId === key)) throw new LocalRefusal('unknown-option', `There is no field ${key}.`, key);
  return desk.open({
    type: InteractionType.ModalSubmit,
    userId,
    channelId: trigger.channelId,
    commandName: null,
    sourceMessageId: trigger.sourceMessageId,
    triggerId: trigger.id,
    targetId: null,
    data: { custom_id: trigger.modal.custom_id, components: inputs.map((input, index) => filled(input, fields[input.customId], index + 1)) },
  });
}

function filled(input: ModalInput, value: string | readonly string[] | undefined, id: number): Readonly<Record<string, unknown>> {
  const { customId, type, wrapper } = input;
  if (type === ComponentType.TextInput) checkText(input, typeof value === 'string' ? value : '');
  else if (input.required && (value ?? []).length === 0) throw new LocalRefusal('missing-option', 'This field is required.', customId);
  const answer = type === ComponentType.TextInput ? { value: typeof value === 'string' ? value : '' } : { values: [value ?? []].flat() };
  const component = { type, custom_id: customId, id: id * 2, ...answer };
  return wrapper === ComponentType.ActionRow ? { type: wrapper, id: id * 2 - 1, components: [component] } : { type: wrapper, id: id * 2 - 1, component };
}

function checkText({ customId, required, minLength, maxLength }: ModalInput, text: string): void {
  if (text === '' && required) throw new LocalRefusal('missing-option', 'This field is required.', customId);
  if (text !== '' && text.length < minLength) throw new LocalRefusal('invalid-option', `Must be at least ${minLength} characters long.`, customId);
  if (text.length > maxLength) throw new LocalRefusal('invalid-option', `Must be at most ${maxLength} characters long.`, customId);
}
