import { useId, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { LocalChannel } from '../../page-protocol.ts';
import { useClientState } from '../client/client-context.ts';
import { matchItems } from '../parts/pick-item.ts';
import type { PickItem } from '../parts/pick-item.ts';
import { Icon } from '../parts/icon.tsx';
import { isCompleted } from './check-field.ts';
import type { ValueOption } from './commands.ts';
import { addOption, changeField, remainingOptions, removeOption } from './draft.ts';
import type { Draft } from './draft.ts';
import { edgeKey } from './edge-key.ts';
import { OptionField, OPTION_ATTRIBUTE } from './option-field.tsx';
import { OptionHeading } from './option-heading.tsx';
import { suggestionId, SuggestionList } from './suggestion-list.tsx';
import { suggestionsFor } from './suggestion.ts';
import type { Suggestion } from './suggestion.ts';
import { useAutocomplete } from './use-autocomplete.ts';
import { useOptionPopup } from './use-option-popup.ts';

/** A line of the list: a value for the field, or an option to add. */
type Offer = Suggestion | (PickItem & { readonly option: ValueOption });

/** The place after the last field, where further options are added. No option can be named so. */
const END = '+';

/**
 * A command being filled in. Enter takes the active suggestion, else sends; Tab takes it, else moves on; Backspace in an
 * empty field takes it out, in the first one goes back to plain text; Esc shuts the list, then drops the command.
 */
export function CommandEntry({ channel, draft, startAt, onDraft, onLeave, onSubmit }: {
  readonly channel: LocalChannel;
  readonly draft: Draft;
  /** The option that gets the focus first. */
  readonly startAt: string | undefined;
  readonly onDraft: (draft: Draft) => void;
  readonly onLeave: (text: string) => void;
  readonly onSubmit: () => void;
}) {
  const session = useClientState((state) => state.session);
  const box = useRef<HTMLDivElement>(null);
  const wanted = useRef<string | null>(startAt ?? firstOpen(draft, undefined));
  const [focused, setFocused] = useState<string | null>(null);
  const [search, setSearch] = useState('');
  const popup = useOptionPopup();
  const listId = useId();

  useLayoutEffect(() => {
    if (wanted.current === null) return;
    const element = box.current?.querySelector<HTMLElement>(`[${OPTION_ATTRIBUTE}="${CSS.escape(wanted.current)}"]`);
    wanted.current = null;
    element?.focus();
    if (element instanceof HTMLTextAreaElement) element.setSelectionRange(element.value.length, element.value.length);
  });

  const field = draft.fields.find(({ option }) => option.name === focused);
  const completion = useAutocomplete(channel.id, draft, field);
  const remaining = remainingOptions(draft);
  const addable = matchItems(remaining.map((option) => ({ value: option.name, label: option.name, detail: option.description, option })), search);
  const offered = field === undefined || session === null ? [] : isCompleted(field.option) ? completion.suggestions : suggestionsFor(field.option, popup.forced && field.picked !== null ? '' : field.text, session);
  const listShown = !popup.shut && (focused === END || field?.picked === null || popup.forced);
  const items: readonly Offer[] = focused === END ? addable : offered;
  const active = listShown && popup.active < items.length ? popup.active : -1;

  const focus = (name: string): void => {
    wanted.current = name;
    setSearch('');
  };
  const pick = (item: Offer | undefined): void => {
    if (item === undefined) return;
    if ('option' in item) {
      focus(item.option.name);
      onDraft(addOption(draft, item.option));
    } else if (field !== undefined) {
      focus(firstOpen(draft, field.option.name));
      onDraft(changeField(draft, field.option.name, { text: item.label, picked: item.pick }));
    }
  };
  const leaveField = (name: string): void => {
    const at = draft.fields.findIndex(({ option }) => option.name === name);
    const before = draft.fields[name === END ? draft.fields.length - 1 : at - 1]?.option.name;
    const optional = draft.fields[at]?.option.required !== true && at !== -1;
    if (before === undefined && !optional) return onLeave(`/${draft.leaf.name}`);
    focus(before ?? firstOpen(draft, name));
    onDraft(optional ? removeOption(draft, name) : { ...draft });
  };
  const step = (name: string, by: 1 | -1): void => {
    const names = [...draft.fields.map(({ option }) => option.name), END];
    const next = names[names.indexOf(name) + by];
    if (next !== undefined) box.current?.querySelector<HTMLElement>(`[${OPTION_ATTRIBUTE}="${CSS.escape(next)}"]`)?.focus();
  };

  const typed = (name: string, text: string): void => {
    popup.reset(0);
    const named = remaining.find((option) => text === `${option.name}:` || text.endsWith(` ${option.name}:`));
    if (named === undefined) return onDraft(changeField(draft, name, { text, picked: null }));
    // As in Discord, an option's name and a colon begin that option.
    focus(named.name);
    onDraft(addOption(changeField(draft, name, { text: text.slice(0, -named.name.length - 1).trimEnd(), picked: null }), named));
  };

  const key = (event: KeyboardEvent, name: string): void => {
    if (event.isComposing) return;
    const edge = edgeKey(event);
    if ((event.key === 'Enter' || event.key === 'Tab') && !event.shiftKey && active >= 0) pick(items[active]);
    else if (event.key === 'Enter') {
      // With no file yet, Enter opens the browser's own chooser.
      if (event.target instanceof HTMLInputElement && event.target.type === 'file' && field?.file === null) return;
      onSubmit();
    } else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') popup.move(event.key === 'ArrowDown' ? 1 : -1, items.length);
    else if (event.key === 'Escape' && listShown && items.length > 0) popup.shutIt();
    else if (event.key === 'Escape') onLeave('');
    else if (edge === 'erase') leaveField(name);
    else if (edge !== undefined) step(name, edge === 'before' ? -1 : 1);
    else return;
    event.preventDefault();
  };
  const focusedOn = (name: string): void => {
    setFocused(name);
    popup.reset(name === END ? -1 : 0);
  };

  return (
    <div ref={box} class="command-entry" role="group" aria-label={`/${draft.leaf.name}: ${draft.leaf.description}`}>
      {focused !== null && (
        <SuggestionList
          id={listId}
          label={focused === END ? 'Further options' : `Choices for ${focused}`}
          heading={<OptionHeading leaf={draft.leaf} option={field?.option} problem={focused === END ? undefined : draft.problems[focused]} remaining={remaining.length} />}
          note={listShown ? noteOf(completion.state, offered.length) : undefined}
          items={listShown ? items : []}
          active={active}
          onActive={popup.setActive}
          onPick={pick}
        />
      )}
      <span class="command-chip"><Icon name="spark" size={14} />/{draft.leaf.name}</span>
      {draft.fields.map((one) => {
        const { name } = one.option;
        return (
          <OptionField
            key={name}
            field={one}
            problem={draft.problems[name]}
            listId={listId}
            activeId={focused === name ? suggestionId(listId, active) : undefined}
            onText={(text) => typed(name, text)}
            onFile={(file) => onDraft(changeField(draft, name, { file }))}
            onKey={(event) => key(event, name)}
            onFocus={() => focusedOn(name)}
            onRemove={one.option.required === true ? undefined : () => leaveField(name)}
          />
        );
      })}
      <input
        {...{ [OPTION_ATTRIBUTE]: END }}
        class="option-end"
        aria-label={remaining.length === 0 ? 'No further options. Enter sends' : `${remaining.length} further options. Arrow down to choose, Enter sends`}
        aria-autocomplete="list"
        aria-controls={listId}
        aria-activedescendant={focused === END ? suggestionId(listId, active) : undefined}
        placeholder={remaining.length === 0 ? '' : `+${remaining.length} optional`}
        autocomplete="off"
        enterkeyhint="send"
        value={search}
        onInput={(event) => {
          setSearch(event.currentTarget.value);
          popup.reset(event.currentTarget.value === '' ? -1 : 0);
        }}
        onKeyDown={(event) => key(event, END)}
        onFocus={() => focusedOn(END)}
      />
    </div>
  );
}

/** The first field after this one (or of all) that has nothing in it yet; the end if there is none. */
function firstOpen(draft: Draft, after: string | undefined): string {
  const from = draft.fields.findIndex(({ option }) => option.name === after) + 1;
  const open = [...draft.fields.slice(from), ...draft.fields.slice(0, Math.max(from - 1, 0))].find(({ text, file }) => text === '' && file === null);
  return open?.option.name ?? END;
}

function noteOf(state: 'idle' | 'asking' | 'answered' | 'failed', count: number): string | undefined {
  if (state === 'asking' && count === 0) return 'Loading options…';
  if (state === 'failed') return 'Loading options failed.';
  return state === 'answered' && count === 0 ? 'No options match what you typed.' : undefined;
}
