/** Which interaction a message answers. https://discord.com/developers/docs/resources/message#message-interaction-metadata-object */
import { ApplicationIntegrationType, InteractionType } from 'discord-api-types/v10';
import type { APIApplicationCommandInteractionMetadata, APIMessage, APIMessageComponentInteractionMetadata, APIMessageInteractionMetadata } from 'discord-api-types/v10';
import type { InteractionRecord } from '../store/records.ts';
import { theGuild, userOf } from '../world.ts';
import type { World } from '../world.ts';
import { viewUser } from './user-view.ts';

type Origin = Pick<APIMessage, 'application_id' | 'webhook_id' | 'interaction_metadata' | 'interaction'>;

export function viewOrigin(world: World, interaction: InteractionRecord): Origin {
  const { id, type, commandName, userId } = interaction;
  const trigger = interaction.triggerId === null ? undefined : world.store.interactions.get(interaction.triggerId);
  const metadata: APIMessageInteractionMetadata =
    interaction.type === InteractionType.ModalSubmit && trigger !== undefined
      ? { ...viewBase(world, interaction), type: InteractionType.ModalSubmit, triggering_interaction_metadata: viewTrigger(world, trigger) }
      : viewTrigger(world, interaction);
  return {
    application_id: interaction.applicationId,
    webhook_id: interaction.applicationId,
    interaction_metadata: metadata,
    // Deprecated, yet the only place with the command's name; present for commands alone.
    ...(commandName !== null && { interaction: { id, type, name: commandName, user: viewUser(userOf(world, userId)) } }),
  };
}

function viewTrigger(world: World, interaction: InteractionRecord): APIApplicationCommandInteractionMetadata | APIMessageComponentInteractionMetadata {
  const base = viewBase(world, interaction);
  if (interaction.sourceMessageId === null) return { ...base, type: InteractionType.ApplicationCommand };
  return { ...base, type: InteractionType.MessageComponent, interacted_message_id: interaction.sourceMessageId };
}

function viewBase(world: World, { id, userId, channelId }: InteractionRecord): Omit<APIApplicationCommandInteractionMetadata, 'type'> {
  const direct = world.store.channels.get(channelId)?.kind === 'dm';
  return { id, user: viewUser(userOf(world, userId)), authorizing_integration_owners: { [ApplicationIntegrationType.GuildInstall]: direct ? '0' : theGuild(world).id } };
}
