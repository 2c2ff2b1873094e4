import type { LocalChoice, LocalOptionValue } from '../../page-protocol.ts';
import { ATTACHMENT, BOOLEAN, INTEGER, NUMBER, STRING } from '../discord-numbers.ts';
import type { ValueOption } from './commands.ts';
import type { Field } from './draft.ts';

export type Checked =
  | { readonly kind: 'value'; readonly value: LocalOptionValue['value'] }
  | { readonly kind: 'file'; readonly file: File }
  | { readonly kind: 'left-out' }
  | { readonly kind: 'problem'; readonly sentence: string };

/** What one field would send, by Discord's own rules for its option. https://docs.discord.com/developers/interactions/application-commands#application-command-object-application-command-option-structure */
export function checkField({ option, text, picked, file }: Field): Checked {
  if (option.type === ATTACHMENT) return file === null ? missing(option) : { kind: 'file', file };
  if (picked !== null) return { kind: 'value', value: picked };
  const words = text.trim();
  if (words === '') return missing(option);
  const choices = choicesOf(option);
  if (choices.length > 0) {
    const choice = choices.find(({ name, value }) => name.toLowerCase() === words.toLowerCase() || String(value).toLowerCase() === words.toLowerCase());
    return choice === undefined ? problem('Pick one of the choices.') : { kind: 'value', value: choice.value };
  }
  switch (option.type) {
    case STRING:
      return checkLength(option, words);
    case INTEGER:
    case NUMBER:
      return checkNumber(option, words);
    case BOOLEAN:
      return /^(true|false)$/i.test(words) ? { kind: 'value', value: words.toLowerCase() === 'true' } : problem('Say True or False.');
    default:
      return checkSnowflake(words);
  }
}

/** The fixed choices of an option; none if it has none. */
export function choicesOf(option: ValueOption): readonly LocalChoice[] {
  return 'choices' in option && option.choices !== undefined ? option.choices : [];
}

/** Whether the bot completes this option while it is typed. */
export function isCompleted(option: ValueOption): boolean {
  return 'autocomplete' in option && option.autocomplete === true;
}

/** The bounds in words, e.g. `1–50`; empty if there are none. */
export function boundsOf(option: ValueOption): string {
  const [least, most] =
    option.type === STRING ? ['min_length' in option ? option.min_length : undefined, 'max_length' in option ? option.max_length : undefined] : 'min_value' in option || 'max_value' in option ? [option.min_value, option.max_value] : [];
  const unit = option.type === STRING ? ' characters' : '';
  if (least !== undefined && most !== undefined) return `${say(least)}–${say(most)}${unit}`;
  if (most !== undefined) return `up to ${say(most)}${unit}`;
  return least === undefined ? '' : `at least ${say(least)}${unit}`;
}

function say(value: number): string {
  return value.toLocaleString('en');
}

function missing(option: ValueOption): Checked {
  return option.required === true ? problem('This option is required. Specify a value.') : { kind: 'left-out' };
}

function checkLength(option: Extract<ValueOption, { type: typeof STRING }>, words: string): Checked {
  const length = [...words].length;
  const { min_length: least = 0, max_length: most = 6000 } = 'min_length' in option || 'max_length' in option ? option : {};
  if (length < least) return problem(`At least ${say(least)} characters; these are ${say(length)}.`);
  if (length > most) return problem(`At most ${say(most)} characters; these are ${say(length)}.`);
  return { kind: 'value', value: words };
}

function checkNumber(option: Extract<ValueOption, { type: typeof INTEGER | typeof NUMBER }>, words: string): Checked {
  const value = Number(words.replace(',', '.'));
  if (!Number.isFinite(value)) return problem('This must be a number.');
  if (option.type === INTEGER && !Number.isSafeInteger(value)) return problem('This must be a whole number.');
  const { min_value: least = -Infinity, max_value: most = Infinity } = 'min_value' in option || 'max_value' in option ? option : {};
  return value < least || value > most ? problem(`This must be ${boundsOf(option)}.`) : { kind: 'value', value };
}

function checkSnowflake(words: string): Checked {
  const id = /^<(?:@[!&]?|#)(\d+)>$|^(\d{15,20})$/.exec(words);
  const found = id?.[1] ?? id?.[2];
  return found === undefined ? problem('Pick one from the list.') : { kind: 'value', value: found };
}

function problem(sentence: string): Checked {
  return { kind: 'problem', sentence };
}
