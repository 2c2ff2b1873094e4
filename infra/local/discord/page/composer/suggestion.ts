import type { LocalOptionValue, LocalState } from '../../page-protocol.ts';
import { BOOLEAN, CHANNEL, MENTIONABLE, ROLE, USER } from '../discord-numbers.ts';
import { entityItems } from '../parts/entity-items.tsx';
import { matchItems } from '../parts/pick-item.ts';
import type { PickItem } from '../parts/pick-item.ts';
import { choicesOf } from './check-field.ts';
import type { ValueOption } from './commands.ts';

/** A value offered for an option. */
export interface Suggestion extends PickItem {
  readonly pick: LocalOptionValue['value'];
}

/** What can be offered for an option without asking the bot, narrowed by what was typed. */
export function suggestionsFor(option: ValueOption, typed: string, session: LocalState): readonly Suggestion[] {
  const choices = choicesOf(option);
  if (choices.length > 0) return matchItems(choices.map(choiceSuggestion), typed);
  switch (option.type) {
    case BOOLEAN:
      return matchItems([choiceSuggestion({ name: 'True', value: true }), choiceSuggestion({ name: 'False', value: false })], typed);
    case USER:
      return entities(session, ['user'], typed);
    case ROLE:
      return entities(session, ['role'], typed);
    case MENTIONABLE:
      return entities(session, ['user', 'role'], typed);
    case CHANNEL:
      return entities(session, ['channel'], typed);
    default:
      return [];
  }
}

/** A choice as the bot gave it. */
export function choiceSuggestion({ name, value }: { readonly name: string; readonly value: LocalOptionValue['value'] }): Suggestion {
  return { value: `${typeof value} ${value}`, label: name, pick: value };
}

function entities(session: LocalState, kinds: Parameters<typeof entityItems>[1], typed: string): readonly Suggestion[] {
  return matchItems(entityItems(session, kinds), typed.replace(/^[@#]/, '')).map((item) => ({ ...item, pick: item.value }));
}
