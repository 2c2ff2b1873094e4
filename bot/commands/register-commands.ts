import type { APIApplicationCommand, RESTPutAPIApplicationCommandsJSONBody } from 'discord-api-types/v10';
import type { Model } from '../../core/model.ts';
import type { Discord } from '../rest/discord.ts';
import { aboutCommand } from './about-command.ts';
import { helpCommand } from './help-command.ts';
import { imagineCommand } from './imagine-command.ts';
import { MESSAGE_COMMAND_DEFINITIONS } from './message-commands.ts';
import { moderationCommand } from './moderation-command.ts';
import { mydataCommand } from './mydata-command.ts';
import { creditsCommand, quotaCommand } from './quota-command.ts';
import { settingsCommand } from './settings-command.ts';
import { statusCommand } from './status-command.ts';
import { verifyCommand } from './verify-command.ts';
import { wordsCommand } from './words-command.ts';

type Definition = RESTPutAPIApplicationCommandsJSONBody[number];

/** Every command of ours, in the order people see them. */
export function allCommands(model: Model): RESTPutAPIApplicationCommandsJSONBody {
  return [imagineCommand(model), statusCommand, creditsCommand, quotaCommand, settingsCommand, wordsCommand, moderationCommand, helpCommand, aboutCommand, verifyCommand, mydataCommand, ...MESSAGE_COMMAND_DEFINITIONS];
}

/**
 * Brings the application's global commands in line with ours, in one request, and only if they differ: Discord counts
 * creations (200 a day), and a command that is put again may vanish from people's menus for a moment.
 */
export async function registerCommands(
  discord: Pick<Discord, 'commands' | 'putCommands'>,
  applicationId: string,
  commands: RESTPutAPIApplicationCommandsJSONBody,
): Promise<'registered' | 'unchanged'> {
  const present = await discord.commands(applicationId);
  if (!commandsDiffer(present, commands)) return 'unchanged';
  await discord.putCommands(applicationId, commands);
  return 'registered';
}

/** Whether Discord's commands are others than ours, as far as people can tell. */
export function commandsDiffer(present: readonly APIApplicationCommand[], ours: RESTPutAPIApplicationCommandsJSONBody): boolean {
  return comparable(present) !== comparable(ours);
}

/** One text for equal definitions: only what we may set, in one order, with Discord's defaults filled in. */
function comparable(commands: readonly (APIApplicationCommand | Definition)[]): string {
  const byName = commands.toSorted((a, b) => compare(`${a.type ?? 1} ${a.name}`, `${b.type ?? 1} ${b.name}`));
  return JSON.stringify(
    byName.map((command) => ({
      type: command.type ?? 1,
      name: command.name,
      description: 'description' in command ? command.description : '',
      permissions: command.default_member_permissions ?? null,
      nsfw: command.nsfw ?? false,
      contexts: command.contexts ? [...command.contexts].toSorted((a, b) => a - b) : null,
      installs: [...(command.integration_types ?? [0])].toSorted((a, b) => a - b),
      options: 'options' in command ? (command.options ?? []).map(comparableOption) : [],
    })),
  );
}

/** Keys in one order; `false`, `null` and an empty list are what Discord takes an absent key for. */
function comparableOption(option: object): unknown {
  const entries = Object.entries(option)
    .filter(([key, value]) => !key.includes('localiz') && !isDefault(value))
    .map(([key, value]) => [key, key === 'options' && Array.isArray(value) ? value.map(comparableOption) : comparableValue(value)] as const);
  return Object.fromEntries(entries.toSorted(([a], [b]) => compare(a, b)));
}

function comparableValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(comparableValue);
  return typeof value === 'object' && value !== null ? comparableOption(value) : value;
}

function isDefault(value: unknown): boolean {
  return value === false || value === null || value === undefined || (Array.isArray(value) && value.length === 0);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
