/** What completes itself in `/imagine`: more choices than Discord's 25 are searched. */
import { SAMPLER_LABELS } from '../../core/samplers.ts';
import { STYLES } from '../../core/styles.ts';
import { shorten } from '../cards/plain-text.ts';
import { knownModels, knownOffer } from '../waiting/known-offer.ts';
import type { AutocompleteHandler } from './handler.ts';

interface Choice {
  readonly name: string;
  readonly value: string;
}

export const completeSampler: AutocompleteHandler = async ({ focused }) => search(focused.value, Object.entries(SAMPLER_LABELS).map(([value, name]) => ({ name, value })));

export const completeStyle: AutocompleteHandler = async ({ focused }) => search(focused.value, Object.entries(STYLES).map(([value, { label }]) => ({ name: label, value })));

export const completeModel: AutocompleteHandler = async ({ focused }, ports) =>
  search(focused.value, (await knownModels(ports)).map(({ id, title }) => ({ name: title, value: id })));

/** One more of a list with commas between; those that stand before it are kept. */
export const completeModels: AutocompleteHandler = async ({ focused }, ports) => completeList(focused.value, (await knownModels(ports)).map(({ id, title }) => ({ name: title, value: id })));

/** The same of LoRA files: behind a name and a colon strengths are offered, and words that a file listens to stand beside its name. */
export const completeLora: AutocompleteHandler = async ({ focused }, ports) => {
  const { loras } = await knownOffer(ports);
  const [last = ''] = focused.value.split(',').slice(-1);
  const named = loras.find(({ name }) => last.includes(':') && last.trim().toLowerCase().startsWith(`${name.toLowerCase()}:`));
  if (!named) return completeList(focused.value, loras.map(({ name, words }) => ({ name: words.length === 0 ? name : `${name} · say: ${words.join(', ')}`, value: name })));
  const typed = last.slice(last.indexOf(':') + 1).trim();
  const before = focused.value.slice(0, focused.value.length - last.length);
  return completeList(`${before}${named.name}:${typed}`, LORA_STRENGTHS.filter((strength) => strength.startsWith(typed)).map((strength) => ({ name: `${named.name} at ${strength}`, value: `${named.name}:${strength}` })));
};

const LORA_STRENGTHS = ['0.8', '1', '0.6', '0.4', '1.2', '0.2', '-1'];

/** Discord’s own limit of a choice's name and of its value. */
const MAX_CHOICE_LENGTH = 100;

function completeList(typed: string, choices: readonly Choice[]): Choice[] {
  const parts = typed.split(',').map((part) => part.trim());
  const before = parts.slice(0, -1).filter((part) => part !== '');
  const left = choices.filter(({ value }) => !before.includes(value));
  const joined = (value: string) => [...before, value].join(', ');
  const lists = search(parts.at(-1) ?? '', left).map(({ name, value }) => ({ name: shorten(before.length > 0 ? `${before.join(', ')}, ${name}` : name, MAX_CHOICE_LENGTH), value: joined(value) }));
  return lists.filter(({ value }) => value.length <= MAX_CHOICE_LENGTH);
}

/** Those that hold every word typed, in their name or value; what begins with it first. */
function search(typed: string, choices: readonly Choice[]): Choice[] {
  const words = typed.toLowerCase().split(/\s+/).filter((word) => word !== '');
  const holds = ({ name, value }: Choice) => words.every((word) => `${name} ${value}`.toLowerCase().includes(word));
  const begins = ({ name }: Choice) => Number(name.toLowerCase().startsWith(typed.toLowerCase().trim()));
  return choices.filter(holds).toSorted((a, b) => begins(b) - begins(a));
}
