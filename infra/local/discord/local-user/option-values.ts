/** Options of a command as typed by a person, checked as Discord's client checks them and turned into what the bot receives. */
import { ApplicationCommandOptionType as T } from 'discord-api-types/v10';
import type { APIApplicationCommandBasicOption, APIApplicationCommandOption } from 'discord-api-types/v10';
import type { LocalOptionValue } from '../page-protocol.ts';
import { LocalRefusal } from './local-refusal.ts';

/** One option in an interaction's data. */
export interface SentOption {
  readonly name: string;
  readonly type: T;
  readonly value?: string | number | boolean;
  readonly focused?: true;
  readonly options?: readonly SentOption[];
}

/** Follows a subcommand's path to the options that take values. @throws {LocalRefusal} */
export function optionsAt(options: readonly APIApplicationCommandOption[], path: readonly string[]): readonly APIApplicationCommandBasicOption[] {
  const [name, ...rest] = path;
  if (name === undefined) {
    const basic = options.filter((option) => option.type !== T.Subcommand && option.type !== T.SubcommandGroup);
    if (basic.length < options.length) throw new LocalRefusal('missing-option', `Choose one of ${options.map((option) => option.name).join(', ')}.`);
    return basic;
  }
  const found = options.find((option) => option.name === name);
  if (found === undefined || (found.type !== T.Subcommand && found.type !== T.SubcommandGroup)) throw new LocalRefusal('unknown-option', `There is no subcommand ${name}.`, name);
  return optionsAt(found.options ?? [], rest);
}

/** Wraps values in the subcommands that lead to them. */
export function nested(path: readonly string[], values: readonly SentOption[]): readonly SentOption[] {
  const [name, ...rest] = path;
  if (name === undefined) return values;
  return [{ name, type: rest.length > 0 ? T.SubcommandGroup : T.Subcommand, options: nested(rest, values) }];
}

/**
 * Checks all values against the command's options.
 * @param focused the option being completed: it and what is still missing are not checked
 * @throws {LocalRefusal} naming the option
 */
export function checkValues(options: readonly APIApplicationCommandBasicOption[], values: readonly LocalOptionValue[], focused?: string): readonly SentOption[] {
  const given = new Map(values.map(({ name, value }) => [name, value]));
  for (const name of given.keys()) if (!options.some((option) => option.name === name)) throw new LocalRefusal('unknown-option', `This command has no option ${name}.`, name);
  return options.flatMap((option): readonly SentOption[] => {
    const value = given.get(option.name);
    if (option.name === focused) return [{ name: option.name, type: option.type, value: value === undefined ? '' : String(value), focused: true }];
    if (value === undefined) {
      if (option.required === true && focused === undefined) throw new LocalRefusal('missing-option', `${option.name}: this option is required.`, option.name);
      return [];
    }
    return [{ name: option.name, type: option.type, value: checkValue(option, value) }];
  });
}

function checkValue(option: APIApplicationCommandBasicOption, value: string | number | boolean): string | number | boolean {
  const refuse = (why: string): never => {
    throw new LocalRefusal('invalid-option', `${option.name}: ${why}`, option.name);
  };
  switch (option.type) {
    case T.String: {
      if (typeof value !== 'string') return refuse('expected a text.');
      if (value.length < (option.min_length ?? 0)) return refuse(`must be at least ${option.min_length} characters long.`);
      if (value.length > (option.max_length ?? 6000)) return refuse(`must be at most ${option.max_length ?? 6000} characters long.`);
      if (!isChoice(option, value)) return refuse('choose one of the listed values.');
      return value;
    }
    case T.Integer:
    case T.Number: {
      const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
      if (typeof number !== 'number' || !Number.isFinite(number)) return refuse('expected a number.');
      if (option.type === T.Integer && !Number.isSafeInteger(number)) return refuse('expected a whole number.');
      if (option.min_value !== undefined && number < option.min_value) return refuse(`must be at least ${option.min_value}.`);
      if (option.max_value !== undefined && number > option.max_value) return refuse(`must be at most ${option.max_value}.`);
      if (!isChoice(option, number)) return refuse('choose one of the listed values.');
      return number;
    }
    case T.Boolean:
      return typeof value === 'boolean' ? value : refuse('expected true or false.');
    case T.Attachment:
      return typeof value === 'number' || typeof value === 'string' ? value : refuse('expected a file.');
    default:
      return typeof value === 'string' && /^\d{1,20}$/.test(value) ? value : refuse('expected somebody or something from the list.');
  }
}

function isChoice(option: { choices?: readonly { readonly value: string | number }[] }, value: string | number): boolean {
  return option.choices === undefined || option.choices.length === 0 || option.choices.some((choice) => choice.value === value);
}
