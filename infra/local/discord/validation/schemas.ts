/** Discord's official schemas for the bodies that we take, and what each of them parses to. */
import * as spec from 'discord-api-spec/zod';
import type { $ZodType } from 'zod/v4/core';
import type { CallbackBody, CommandBody, MessageBody } from './bodies.ts';

/** The generated schemas state no types; `bodies.ts` states them, field for field. */
function parsing<Output>(schema: $ZodType): $ZodType<Output> {
  return schema as $ZodType<Output>;
}

export const messageCreate = parsing<MessageBody>(spec.MessageCreateRequestSchema);
export const messageEdit = parsing<MessageBody>(spec.MessageEditRequestPartialSchema);
export const followUp = parsing<MessageBody>(spec.IncomingWebhookInteractionRequestSchema);
export const webhookEdit = parsing<MessageBody>(spec.IncomingWebhookUpdateRequestPartialSchema);
export const messageCallback = parsing<CallbackBody>(spec.CreateMessageInteractionCallbackRequestSchema);
export const updateCallback = parsing<CallbackBody>(spec.UpdateMessageInteractionCallbackRequestSchema);
export const modalCallback = parsing<CallbackBody>(spec.ModalInteractionCallbackRequestSchema);
export const autocompleteCallback = parsing<CallbackBody>(spec.ApplicationCommandAutocompleteCallbackRequestSchema);
export const pongCallback = parsing<CallbackBody>(spec.PongInteractionCallbackRequestSchema);
export const commandCreate = parsing<CommandBody>(spec.ApplicationCommandCreateRequestSchema);
export const commandListed = parsing<CommandBody>(spec.ApplicationCommandUpdateRequestSchema);
export const commandEdit = parsing<Partial<CommandBody>>(spec.ApplicationCommandPatchRequestPartialSchema);
export const directChannel = parsing<{ readonly recipient_id?: string | null }>(spec.CreatePrivateChannelRequestSchema);
export const applicationEdit = parsing<{ readonly interactions_endpoint_url?: string | null }>(spec.ApplicationFormPartialSchema);
