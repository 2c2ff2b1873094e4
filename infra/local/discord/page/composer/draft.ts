import type { LocalOptionValue } from '../../page-protocol.ts';
import { ATTACHMENT } from '../discord-numbers.ts';
import type { Leaf, ValueOption } from './commands.ts';
import { checkField } from './check-field.ts';

/** One option that is being filled in. */
export interface Field {
  readonly option: ValueOption;
  readonly text: string;
  /** The value behind the text when it was picked from a list. */
  readonly picked: LocalOptionValue['value'] | null;
  readonly file: File | null;
}

/** A command that is being filled in. */
export interface Draft {
  readonly leaf: Leaf;
  /** All required options and the optional ones that were added, in the order shown. */
  readonly fields: readonly Field[];
  /** What is wrong, by option name; shown once the person tried to send. */
  readonly problems: Readonly<Record<string, string>>;
}

/** What a draft says when it is sent: its options and files, or what is wrong with it. */
export type Finished =
  | { readonly kind: 'ready'; readonly options: readonly LocalOptionValue[]; readonly files: readonly File[] }
  | { readonly kind: 'problems'; readonly problems: Readonly<Record<string, string>> };

/** A draft with its required options, and those optional ones that have a text already. */
export function startDraft(leaf: Leaf, texts: Readonly<Record<string, string>> = {}): Draft {
  const fields = leaf.options.filter(({ name, required }) => required === true || texts[name] !== undefined).map((option) => ({ ...emptyField(option), text: texts[option.name] ?? '' }));
  return { leaf, fields, problems: {} };
}

/** The options that could still be added. */
export function remainingOptions(draft: Draft): readonly ValueOption[] {
  return draft.leaf.options.filter((option) => !draft.fields.some((field) => field.option === option));
}

export function addOption(draft: Draft, option: ValueOption): Draft {
  return { ...draft, fields: [...draft.fields, emptyField(option)] };
}

export function removeOption(draft: Draft, name: string): Draft {
  return { ...draft, fields: draft.fields.filter(({ option }) => option.name !== name) };
}

export function changeField(draft: Draft, name: string, change: Partial<Field>): Draft {
  const { [name]: _, ...problems } = draft.problems;
  return { ...draft, problems, fields: draft.fields.map((field) => (field.option.name === name ? { ...field, ...change } : field)) };
}

/** Gives a dropped or pasted file to the first attachment option that is empty, added if need be; undefined if there is none. */
export function giveFile(draft: Draft, file: File): { readonly draft: Draft; readonly name: string } | undefined {
  const field = draft.fields.find(({ option, file: held }) => option.type === ATTACHMENT && held === null);
  const option = field?.option ?? remainingOptions(draft).find(({ type }) => type === ATTACHMENT);
  if (option === undefined) return undefined;
  const withField = field === undefined ? addOption(draft, option) : draft;
  return { draft: changeField(withField, option.name, { file }), name: option.name };
}

/** Checks every field as the server will. */
export function finishDraft(draft: Draft): Finished {
  const problems: Record<string, string> = {};
  const options: LocalOptionValue[] = [];
  const files: File[] = [];
  for (const field of draft.fields) {
    const { name } = field.option;
    const checked = checkField(field);
    if (checked.kind === 'problem') problems[name] = checked.sentence;
    if (checked.kind === 'value') options.push({ name, value: checked.value });
    if (checked.kind === 'file') {
      options.push({ name, value: files.length });
      files.push(checked.file);
    }
  }
  return Object.keys(problems).length > 0 ? { kind: 'problems', problems } : { kind: 'ready', options, files };
}

function emptyField(option: ValueOption): Field {
  return { option, text: '', picked: null, file: null };
}
