import { STRING } from '../discord-numbers.ts';
import type { Leaf } from './commands.ts';

/** A command as it was typed or pasted, with the text of its options by their names. */
export interface TypedCommand {
  readonly leaf: Leaf;
  readonly texts: Readonly<Record<string, string>>;
}

/**
 * Reads `/imagine a red house`: what follows the name goes to the first required text option, else to the first text
 * option. `/imagine prompt: a red house steps: 20`, the form in which Discord copies a command, fills each by name.
 * Undefined unless a known command and then a space were typed.
 */
export function readTypedCommand(text: string, leaves: readonly Leaf[]): TypedCommand | undefined {
  if (!text.startsWith('/')) return undefined;
  const leaf = leaves
    .filter(({ name }) => text.startsWith(`/${name}`) && /\s/.test(text[name.length + 1] ?? ''))
    .toSorted((a, b) => b.name.length - a.name.length)[0];
  if (leaf === undefined) return undefined;
  return { leaf, texts: readOptions(leaf, text.slice(leaf.name.length + 2)) };
}

function readOptions(leaf: Leaf, rest: string): Readonly<Record<string, string>> {
  const names = leaf.options.map(({ name }) => name.replace(/[^\p{L}\p{N}]/gu, '\\$&')).join('|');
  const marks = names === '' ? [] : [...rest.matchAll(new RegExp(`(?<![^\\s])(${names}):`, 'gu'))];
  const texts: Record<string, string> = {};
  for (const [index, mark] of marks.entries()) {
    const [all, name = ''] = mark;
    const value = rest.slice(mark.index + all.length, marks[index + 1]?.index).trim();
    if (value !== '') texts[name] = value;
  }
  const loose = marks[0] === undefined ? rest : rest.slice(0, marks[0].index);
  const target = leaf.options.find(({ type, required }) => type === STRING && required === true) ?? leaf.options.find(({ type }) => type === STRING);
  // A space at the end is kept: the next word is still being typed.
  if (target !== undefined && loose.trim() !== '' && texts[target.name] === undefined) texts[target.name] = loose.trimStart();
  return texts;
}
