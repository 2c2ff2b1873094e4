/** A registered command as lists of commands show it. */
import type { APIApplicationCommand } from 'discord-api-types/v10';

/** Lists leave translations out unless `?with_localizations=true`. */
export function localized(command: APIApplicationCommand, withLocalizations: boolean): APIApplicationCommand {
  if (withLocalizations) return command;
  const text = JSON.stringify(command, (key, value: unknown) => (key === 'name_localizations' || key === 'description_localizations' ? undefined : value));
  return JSON.parse(text) as APIApplicationCommand;
}
