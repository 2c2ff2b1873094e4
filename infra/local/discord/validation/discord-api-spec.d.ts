/**
 * The schemas of `discord-api-spec/zod` that we use; the package ships them without types.
 * What they parse to is stated in the words of discord-api-types.
 */
declare module 'discord-api-spec/zod' {
  import type { $ZodType } from 'zod/v4/core';
  import type { CallbackBody, CommandBody, MessageBody } from './bodies.ts';

  export const MessageCreateRequestSchema: $ZodType<MessageBody>;
  export const MessageEditRequestPartialSchema: $ZodType<MessageBody>;
  export const IncomingWebhookInteractionRequestSchema: $ZodType<MessageBody>;
  export const IncomingWebhookUpdateRequestPartialSchema: $ZodType<MessageBody>;
  export const CreateMessageInteractionCallbackRequestSchema: $ZodType<CallbackBody>;
  export const UpdateMessageInteractionCallbackRequestSchema: $ZodType<CallbackBody>;
  export const ModalInteractionCallbackRequestSchema: $ZodType<CallbackBody>;
  export const ApplicationCommandAutocompleteCallbackRequestSchema: $ZodType<CallbackBody>;
  export const PongInteractionCallbackRequestSchema: $ZodType<CallbackBody>;
  export const ApplicationCommandCreateRequestSchema: $ZodType<CommandBody>;
  export const ApplicationCommandUpdateRequestSchema: $ZodType<CommandBody>;
  export const ApplicationCommandPatchRequestPartialSchema: $ZodType<Partial<CommandBody>>;
  export const CreatePrivateChannelRequestSchema: $ZodType<{ readonly recipient_id?: string | null }>;
  export const ApplicationFormPartialSchema: $ZodType<{ readonly interactions_endpoint_url?: string | null }>;
}
