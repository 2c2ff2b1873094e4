/** The commands that applications registered: kept by scope, kind and name, as Discord does. */
import { ApplicationCommandType, ApplicationIntegrationType, InteractionContextType } from 'discord-api-types/v10';
import type { APIApplicationCommand, APIApplicationCommandOption } from 'discord-api-types/v10';
import type { CommandRecord } from '../store/records.ts';
import type { CommandBody } from '../validation/bodies.ts';
import { theApplication } from '../world.ts';
import type { World } from '../world.ts';

/** Of a guild, or global (`null`), in the order they were registered. */
export function commandsOf(world: World, guildId: string | null): readonly CommandRecord[] {
  return [...world.store.commands.values()].filter((record) => record.guildId === guildId);
}

/** Registers a command, in place of `present` or of one of the same kind and name. */
export function keepCommand(world: World, guildId: string | null, body: CommandBody, present?: CommandRecord): { readonly command: APIApplicationCommand; readonly isNew: boolean } {
  const type = body.type ?? ApplicationCommandType.ChatInput;
  const same = present ?? commandsOf(world, guildId).find(({ command }) => command.name === body.name && command.type === type);
  const command = asRegistered(world, guildId, body, same?.command);
  world.store.commands.put(command.id, { guildId, command });
  return { command, isNew: same === undefined };
}

export function removeCommand(world: World, { command }: CommandRecord): void {
  world.store.commands.delete(command.id);
}

/** A registered command as the body that would register it. */
export function asBody(command: APIApplicationCommand): CommandBody {
  const { type, name, description, options = [], default_member_permissions: permissions, nsfw = false } = command;
  return {
    type,
    name,
    description,
    options,
    nsfw,
    name_localizations: withoutNulls(command.name_localizations),
    description_localizations: withoutNulls(command.description_localizations),
    default_member_permissions: permissions === null ? null : Number(permissions),
    contexts: command.contexts ?? null,
    integration_types: command.integration_types ?? null,
  };
}

function withoutNulls(texts: Readonly<Record<string, string | null>> | null | undefined): Readonly<Record<string, string>> | null {
  if (texts === undefined || texts === null) return null;
  return Object.fromEntries(Object.entries(texts).flatMap(([locale, text]) => (text === null ? [] : [[locale, text]])));
}

function asRegistered(world: World, guildId: string | null, body: CommandBody, present: APIApplicationCommand | undefined): APIApplicationCommand {
  const { contexts } = body;
  const options = (body.options ?? []).map(withoutDefaults);
  const command: Omit<APIApplicationCommand, 'version'> = {
    id: present?.id ?? world.ids.next(),
    application_id: theApplication(world).id,
    type: body.type ?? ApplicationCommandType.ChatInput,
    name: body.name,
    name_localizations: body.name_localizations ?? null,
    description: body.description ?? '',
    description_localizations: body.description_localizations ?? null,
    default_member_permissions: body.default_member_permissions === undefined || body.default_member_permissions === null ? null : `${body.default_member_permissions}`,
    nsfw: body.nsfw ?? false,
    ...(options.length > 0 && { options }),
    ...(guildId === null
      ? {
          dm_permission: contexts === undefined || contexts === null ? (body.dm_permission ?? true) : contexts.includes(InteractionContextType.BotDM),
          contexts: contexts === undefined || contexts === null ? null : [...contexts],
          integration_types: [...(body.integration_types ?? [ApplicationIntegrationType.GuildInstall])],
        }
      : { guild_id: guildId }),
  };
  const { version, ...before } = present ?? { version: undefined };
  // The version is that of the last real change, so that clients may trust their cache.
  return { ...command, version: version !== undefined && JSON.stringify(before) === JSON.stringify(command) ? version : world.ids.next() };
}

/** Discord leaves out what says no more than the default. */
function withoutDefaults(option: APIApplicationCommandOption): APIApplicationCommandOption {
  const entries = Object.entries(option).flatMap(([key, value]: [string, unknown]): readonly (readonly [string, unknown])[] => {
    if (value === null || value === undefined) return [];
    if ((key === 'required' || key === 'autocomplete') && value === false) return [];
    if (key === 'options' && Array.isArray(value)) return value.length === 0 ? [] : [[key, value.map(withoutDefaults)]];
    if (key === 'choices' && Array.isArray(value) && value.length === 0) return [];
    return [[key, value]];
  });
  return Object.fromEntries(entries) as unknown as APIApplicationCommandOption;
}
