/** The first answer to an interaction. https://discord.com/developers/docs/interactions/receiving-and-responding#interaction-response-object */
import { InteractionResponseType as R, InteractionType as I, MessageFlags, MessageType } from 'discord-api-types/v10';
import type { InteractionResponseType } from 'discord-api-types/v10';
import { createMessage, editMessage } from '../messages/compose-message.ts';
import type { Upload } from '../messages/upload.ts';
import { alreadyAcknowledged, emptyMessage, invalidFormBody, unknownInteraction, unknownMessage } from '../rest/discord-error.ts';
import type { ChannelRecord, InteractionRecord, MessageRecord } from '../store/records.ts';
import { checkMessageRules } from '../validation/message-rules.ts';
import { checkModalRules } from '../validation/modal-rules.ts';
import type { CallbackBody } from '../validation/bodies.ts';
import { parseCallback } from '../validation/parse-callback.ts';
import type { World } from '../world.ts';
import type { InteractionDesk } from './desk.ts';
import { isExpired } from './token.ts';

/** What each kind of interaction may be answered with. */
const ALLOWED: Readonly<Record<I, readonly InteractionResponseType[]>> = {
  [I.Ping]: [R.Pong],
  [I.ApplicationCommand]: [R.ChannelMessageWithSource, R.DeferredChannelMessageWithSource, R.Modal],
  [I.MessageComponent]: [R.ChannelMessageWithSource, R.DeferredChannelMessageWithSource, R.DeferredMessageUpdate, R.UpdateMessage, R.Modal],
  [I.ApplicationCommandAutocomplete]: [R.ApplicationCommandAutocompleteResult],
  [I.ModalSubmit]: [R.ChannelMessageWithSource, R.DeferredChannelMessageWithSource, R.DeferredMessageUpdate, R.UpdateMessage],
};

export interface Answered {
  readonly interaction: InteractionRecord;
  readonly type: InteractionResponseType;
  readonly message: MessageRecord | undefined;
}

/**
 * Carries out an answer.
 * @throws {DiscordError} 10062 (unknown, too late), 40060 (answered before), 50035
 */
export async function answerInteraction(world: World, desk: InteractionDesk, interactionId: string, token: string, raw: unknown, uploads: readonly Upload[]): Promise<Answered> {
  const found = world.store.interactions.get(interactionId);
  if (found === undefined || found.token !== token || found.state === 'missed' || isExpired(found, world.now())) throw unknownInteraction();
  if (found.state === 'answered') throw alreadyAcknowledged();
  // Opened by an earlier process that died before the answer: nobody waits any more.
  if (!desk.isWaiting(interactionId)) throw unknownInteraction();
  const body = parseCallback(world, raw);
  if (!ALLOWED[found.type].includes(body.type)) {
    throw invalidFormBody([{ path: ['type'], code: 'INTERACTION_RESPONSE_TYPE_INVALID', message: `Value must be one of {${ALLOWED[found.type].join(', ')}}.` }]);
  }
  const channel = world.store.channels.get(found.channelId);
  if (channel === undefined) throw unknownInteraction();
  refuseBadData(body, uploads);
  // Claimed before anything is awaited: of two callbacks at once, the second gets 40060.
  const interaction: InteractionRecord = { ...found, state: 'answered' };
  world.store.interactions.put(interaction.id, interaction);
  try {
    return await carryOut(world, desk, interaction, channel, body, uploads);
  } catch (error) {
    desk.reopen(found);
    throw error;
  }
}

function refuseBadData({ type, data }: CallbackBody, uploads: readonly Upload[]): void {
  if (type === R.ChannelMessageWithSource || type === R.UpdateMessage) checkMessageRules(data ?? {}, ['data']);
  if (type === R.ChannelMessageWithSource && uploads.length === 0 && (data === undefined || data === null)) throw emptyMessage();
  if (type === R.Modal) checkModalRules(data ?? {}, ['data']);
}

async function carryOut(world: World, desk: InteractionDesk, interaction: InteractionRecord, channel: ChannelRecord, { type, data }: CallbackBody, uploads: readonly Upload[]): Promise<Answered> {
  const { id } = interaction;
  const finish = (changes: Partial<InteractionRecord>, message: MessageRecord | undefined): Answered => {
    const answered: InteractionRecord = { ...interaction, ...changes };
    world.store.interactions.put(id, answered);
    return { interaction: answered, type, message };
  };
  switch (type) {
    case R.ApplicationCommandAutocompleteResult:
      desk.settle({ outcome: 'choices', interactionId: id, choices: data?.choices ?? [] });
      return finish({}, undefined);
    case R.Modal: {
      const { custom_id = '', title = '', components = [] } = data ?? {};
      const modal = { custom_id, title, components: components as NonNullable<InteractionRecord['modal']>['components'] };
      desk.settle({ outcome: 'modal', interactionId: id, modal });
      return finish({ modal }, undefined);
    }
    case R.DeferredMessageUpdate:
    case R.UpdateMessage: {
      const source = interaction.sourceMessageId === null ? undefined : world.store.messages.get(channel.id, interaction.sourceMessageId);
      if (source === undefined) throw unknownMessage();
      const message = type === R.UpdateMessage ? await editMessage(world, source, channel, data ?? {}, uploads) : source;
      const answered = finish({ originalMessageId: source.id }, message);
      desk.settle({ outcome: 'answered', interactionId: id, messageId: source.id });
      return answered;
    }
    default: {
      const loading = type === R.DeferredChannelMessageWithSource;
      const ephemeral = ((data?.flags ?? 0) & MessageFlags.Ephemeral) !== 0;
      const message = await createMessage(world, {
        channel,
        authorId: interaction.applicationId,
        body: loading ? {} : (data ?? {}),
        uploads: loading ? [] : uploads,
        answer: { interactionId: id, visibleTo: ephemeral ? interaction.userId : null, loading, type: replyType(interaction), replyTo: interaction.sourceMessageId ?? (interaction.commandName === null ? null : messageTarget(world, interaction)) },
      });
      const answered = finish({ originalMessageId: message.id }, message);
      if (loading) desk.watchDeferred(answered.interaction, message.id);
      desk.settle({ outcome: 'answered', interactionId: id, messageId: message.id });
      return answered;
    }
  }
}

function replyType({ sourceMessageId, commandName, targetId }: InteractionRecord): MessageType {
  if (sourceMessageId !== null) return MessageType.Reply;
  if (commandName === null) return MessageType.Default;
  return targetId === null ? MessageType.ChatInputCommand : MessageType.ContextMenuCommand;
}

function messageTarget(world: World, { channelId, targetId }: InteractionRecord): string | null {
  return targetId !== null && world.store.messages.get(channelId, targetId) !== undefined ? targetId : null;
}
