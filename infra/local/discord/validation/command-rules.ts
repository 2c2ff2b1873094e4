/** What Discord refuses in a command that its published schemas let pass. https://discord.com/developers/docs/interactions/application-commands */
import { ApplicationCommandOptionType, ApplicationCommandType } from 'discord-api-types/v10';
import type { APIApplicationCommandOption } from 'discord-api-types/v10';
import { invalidFormBody } from '../rest/discord-error.ts';
import type { FieldError } from '../rest/discord-error.ts';
import type { CommandBody } from './bodies.ts';

type Path = readonly (string | number)[];

const NAME = /^[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}$/u;
const MAX_COMMAND_SIZE = 8000;

/** @throws {DiscordError} 50035 */
export function checkCommandRules(command: CommandBody, at: Path = []): void {
  const found = [...nameErrors(command), ...optionErrors(command.options ?? [], ['options'])];
  const size = commandSize(command);
  if (size > MAX_COMMAND_SIZE) found.push({ path: [], code: 'APPLICATION_COMMAND_TOO_LARGE', message: `Command exceeds maximum size (${MAX_COMMAND_SIZE})` });
  if (found.length > 0) throw invalidFormBody(found.map((error) => ({ ...error, path: [...at, ...error.path] })));
}

/** @throws {DiscordError} 50035 when two commands of a kind share a name, or a kind has too many. */
export function checkCommandList(commands: readonly CommandBody[]): void {
  const found: FieldError[] = [];
  const seen = new Map<string, number>();
  for (const [index, command] of commands.entries()) {
    const type = command.type ?? ApplicationCommandType.ChatInput;
    const key = `${type} ${command.name}`;
    if (seen.has(key)) found.push({ path: [index], code: 'APPLICATION_COMMANDS_DUPLICATE_NAME', message: 'Application command names must be unique' });
    seen.set(key, index);
  }
  const limits = [[ApplicationCommandType.ChatInput, 100], [ApplicationCommandType.User, 15], [ApplicationCommandType.Message, 15]] as const;
  for (const [type, limit] of limits) {
    const count = commands.filter((command) => (command.type ?? ApplicationCommandType.ChatInput) === type).length;
    if (count > limit) found.push({ path: [], code: 'BASE_TYPE_MAX_LENGTH', message: `Must be ${limit} or fewer in length.` });
  }
  if (found.length > 0) throw invalidFormBody(found);
}

function nameErrors(command: CommandBody): FieldError[] {
  if ((command.type ?? ApplicationCommandType.ChatInput) === ApplicationCommandType.ChatInput) {
    const found = validName(command.name) ? [] : [{ path: ['name'], code: 'APPLICATION_COMMAND_INVALID_NAME', message: 'Command name is invalid' }];
    if ((command.description ?? '') === '') found.push({ path: ['description'], code: 'BASE_TYPE_REQUIRED', message: 'This field is required' });
    return found;
  }
  const found: FieldError[] = [];
  if ((command.description ?? '') !== '') found.push({ path: ['description'], code: 'APPLICATION_COMMAND_DESCRIPTION_NOT_ALLOWED', message: 'Context menu commands cannot have description' });
  if ((command.options ?? []).length > 0) found.push({ path: ['options'], code: 'APPLICATION_COMMAND_OPTIONS_NOT_ALLOWED', message: 'Context menu commands cannot have options' });
  return found;
}

function optionErrors(options: readonly APIApplicationCommandOption[], at: Path): readonly FieldError[] {
  const found: FieldError[] = [];
  const seen = new Set<string>();
  let optionalSeen = false;
  const nested = options.filter((option) => isSubcommand(option)).length;
  if (nested > 0 && nested < options.length) found.push({ path: at, code: 'APPLICATION_COMMAND_OPTIONS_TYPE_INVALID', message: 'Sub-command and sub-command group option types are mutually exclusive to all other types' });
  for (const [index, option] of options.entries()) {
    const path = [...at, index];
    if (!validName(option.name)) found.push({ path: [...path, 'name'], code: 'APPLICATION_COMMAND_INVALID_NAME', message: 'Command name is invalid' });
    if (seen.has(option.name)) found.push({ path: [...path, 'name'], code: 'APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS', message: 'Option name already exists' });
    seen.add(option.name);
    if (option.type === ApplicationCommandOptionType.Subcommand || option.type === ApplicationCommandOptionType.SubcommandGroup) {
      found.push(...optionErrors(option.options ?? [], [...path, 'options']));
      continue;
    }
    if (option.required !== true) optionalSeen = true;
    else if (optionalSeen) found.push({ path, code: 'APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID', message: 'Required options must be placed before non-required options' });
    found.push(...choiceErrors(option, path));
  }
  return found;
}

function choiceErrors(option: APIApplicationCommandOption, path: Path): readonly FieldError[] {
  const choices = 'choices' in option ? (option.choices ?? []) : [];
  if (choices.length === 0) return [];
  const found: FieldError[] = [];
  if ('autocomplete' in option && option.autocomplete) found.push({ path: [...path, 'choices'], code: 'APPLICATION_COMMAND_OPTIONS_CHOICES_AUTOCOMPLETE_INVALID', message: 'Cannot have both choices and autocomplete' });
  for (const key of ['name', 'value'] as const) {
    if (new Set(choices.map((choice) => choice[key])).size === choices.length) continue;
    found.push({ path: [...path, 'choices'], code: `APPLICATION_COMMAND_OPTIONS_CHOICE_${key.toUpperCase()}_ALREADY_EXISTS`, message: `Option choice ${key} already exists` });
  }
  return found;
}

function isSubcommand(option: APIApplicationCommandOption): boolean {
  return option.type === ApplicationCommandOptionType.Subcommand || option.type === ApplicationCommandOptionType.SubcommandGroup;
}

function validName(name: string): boolean {
  return NAME.test(name) && name === name.toLowerCase();
}

interface Sized {
  readonly name: string;
  readonly description?: string | null;
  readonly options?: readonly APIApplicationCommandOption[] | null;
  readonly choices?: readonly { readonly name: string; readonly value: string | number }[];
}

/** Names, descriptions and values, all the way down. */
function commandSize(part: Sized): number {
  const own = part.name.length + (part.description ?? '').length;
  const choices = (part.choices ?? []).reduce((sum, choice) => sum + choice.name.length + String(choice.value).length, 0);
  return own + choices + (part.options ?? []).reduce((sum, option) => sum + commandSize(option), 0);
}
