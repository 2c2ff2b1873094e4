import type { APIApplicationCommandBasicOption, APIApplicationCommandOption } from 'discord-api-types/v10';
import type { LocalCommand } from '../../page-protocol.ts';
import { CHAT_INPUT, SUBCOMMAND, SUBCOMMAND_GROUP } from '../discord-numbers.ts';

/** An option that holds a value, as opposed to a subcommand. */
export type ValueOption = APIApplicationCommandBasicOption;

/** Something that can be run: a slash command, or one subcommand of it. */
export interface Leaf {
  readonly command: LocalCommand;
  /** Empty for a plain command. */
  readonly path: readonly string[];
  /** `quota set`, without the slash. */
  readonly name: string;
  readonly description: string;
  /** Required ones first, as Discord demands of commands. */
  readonly options: readonly ValueOption[];
}

/** All that can be typed after a slash, in alphabetical order. */
export function leavesOf(commands: readonly LocalCommand[]): readonly Leaf[] {
  return commands
    .filter(({ type }) => type === CHAT_INPUT)
    .flatMap((command) => leavesUnder(command, [], command.description, command.options ?? []))
    .toSorted((a, b) => a.name.localeCompare(b.name));
}

/** Those whose name holds what was typed, the ones that begin with it first. */
export function searchLeaves(leaves: readonly Leaf[], typed: string): readonly Leaf[] {
  const wanted = typed.trimEnd().toLowerCase();
  const begin = leaves.filter(({ name }) => name.startsWith(wanted));
  const hold = leaves.filter(({ name }) => !name.startsWith(wanted) && name.includes(wanted));
  return [...begin, ...hold];
}

function leavesUnder(command: LocalCommand, path: readonly string[], description: string, options: readonly APIApplicationCommandOption[]): readonly Leaf[] {
  const nested = options.flatMap((option) =>
    option.type === SUBCOMMAND || option.type === SUBCOMMAND_GROUP ? leavesUnder(command, [...path, option.name], option.description, option.options ?? []) : [],
  );
  if (nested.length > 0) return nested;
  const values = options.flatMap((option) => (option.type === SUBCOMMAND || option.type === SUBCOMMAND_GROUP ? [] : [option]));
  return [{ command, path, name: [command.name, ...path].join(' '), description, options: values }];
}
