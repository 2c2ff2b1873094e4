/** What completes itself in `/imagine`: more choices than Discord's 25 are searched. */
import { SAMPLER_LABELS } from '../../core/samplers.ts';
import { STYLES } from '../../core/styles.ts';
import { knownModels } from '../waiting/known-models.ts';
import type { AutocompleteHandler } from './handler.ts';

interface Choice {
  readonly name: string;
  readonly value: string;
}

export const completeSampler: AutocompleteHandler = async ({ focused }) => search(focused.value, Object.entries(SAMPLER_LABELS).map(([value, name]) => ({ name, value })));

export const completeStyle: AutocompleteHandler = async ({ focused }) => search(focused.value, Object.entries(STYLES).map(([value, { label }]) => ({ name: label, value })));

export const completeModel: AutocompleteHandler = async ({ focused }, ports) =>
  search(focused.value, (await knownModels(ports)).map(({ id, title }) => ({ name: title, value: id })));

/** Those that hold every word typed, in their name or value; what begins with it first. */
function search(typed: string, choices: readonly Choice[]): Choice[] {
  const words = typed.toLowerCase().split(/\s+/).filter((word) => word !== '');
  const holds = ({ name, value }: Choice) => words.every((word) => `${name} ${value}`.toLowerCase().includes(word));
  const begins = ({ name }: Choice) => Number(name.toLowerCase().startsWith(typed.toLowerCase().trim()));
  return choices.filter(holds).toSorted((a, b) => begins(b) - begins(a));
}
