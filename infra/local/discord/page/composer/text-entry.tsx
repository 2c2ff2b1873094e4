import { useId, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { LocalChannel } from '../../page-protocol.ts';
import { useClient, useClientState } from '../client/client-context.ts';
import { Avatar } from '../parts/avatar.tsx';
import { leavesOf, searchLeaves } from './commands.ts';
import type { Leaf } from './commands.ts';
import { GrowingText } from './growing-text.tsx';
import { suggestionId, SuggestionList } from './suggestion-list.tsx';
import { readTypedCommand } from './typed-command.ts';
import type { TypedCommand } from './typed-command.ts';

const LONGEST = 2000;
const COUNTDOWN_FROM = 200;

/** Plain text. A slash at its start opens the list of commands; a command's name and a space begin that command. */
export function TextEntry({ channel, text, mayBeEmpty, takesFocus, onText, onCommand, onSubmit, onEmptyEscape }: {
  readonly channel: LocalChannel;
  readonly text: string;
  /** Files are waiting to be sent with it. */
  readonly mayBeEmpty: boolean;
  /** The person was just typing here. */
  readonly takesFocus: boolean;
  readonly onText: (text: string) => void;
  readonly onCommand: (typed: TypedCommand) => void;
  readonly onSubmit: () => void;
  readonly onEmptyEscape: () => void;
}) {
  const client = useClient();
  const commands = useClientState((state) => state.session?.commands);
  const botUserId = useClientState((state) => state.session?.application.botUserId ?? '0');
  const leaves = useMemo(() => leavesOf(commands ?? []), [commands]);
  const [active, setActive] = useState(0);
  const [shut, setShut] = useState(false);
  const field = useRef<HTMLTextAreaElement>(null);
  const listId = useId();
  // A phone's keyboard comes up by itself only when the person asks for it.
  useLayoutEffect(() => {
    if (takesFocus || matchMedia('(pointer: fine)').matches) field.current?.focus({ preventScroll: true });
  }, [channel.id]);

  const searching = /^\/[^\n]*$/u.test(text) && !shut;
  const found = searching ? searchLeaves(leaves, text.slice(1)) : [];
  const items = found.map((leaf) => ({ value: leaf.name, label: `/${leaf.name}`, detail: leaf.description, icon: <Avatar userId={botUserId} name="Refinery" size={24} />, leaf }));
  const listShown = items.length > 0;

  const type = (next: string): void => {
    setShut(false);
    setActive(0);
    const typed = readTypedCommand(next, leaves);
    if (typed !== undefined) return onCommand(typed);
    onText(next);
    if (next.trim() !== '' && !next.startsWith('/')) client.sayTyping(channel.id);
  };
  const begin = (leaf: Leaf): void => onCommand({ leaf, texts: {} });
  const submit = (): void => {
    const [, name] = /^\/([\w-]+)(?:\s|$)/u.exec(text) ?? [];
    if (text.startsWith('/') && name !== undefined && !leaves.some((leaf) => leaf.command.name === name)) client.notify(`There is no command /${name}. Type / to see those there are.`);
    else if (text.trim() !== '' || mayBeEmpty) onSubmit();
  };
  const key = (event: KeyboardEvent): void => {
    if (event.isComposing) return;
    const item = listShown ? items[active] : undefined;
    if ((event.key === 'Enter' || event.key === 'Tab') && !event.shiftKey && item !== undefined) begin(item.leaf);
    else if (event.key === 'Enter' && !event.shiftKey) submit();
    else if (event.key === 'ArrowDown' && listShown) setActive((active + 1) % items.length);
    else if (event.key === 'ArrowUp' && listShown) setActive((active - 1 + items.length) % items.length);
    else if (event.key === 'ArrowUp' && text === '') document.querySelector<HTMLElement>('[data-message][tabindex="0"]')?.focus();
    else if (event.key === 'Escape' && listShown) setShut(true);
    else if (event.key === 'Escape') onEmptyEscape();
    else return;
    event.preventDefault();
  };
  const left = LONGEST - text.length;
  return (
    <>
      {listShown && (
        <SuggestionList
          id={listId}
          label="Commands"
          heading={text.length > 1 ? <>Commands like <strong>{text}</strong></> : <strong>Commands</strong>}
          items={items}
          active={active}
          onActive={setActive}
          onPick={({ leaf }) => begin(leaf)}
        />
      )}
      <GrowingText
        field={field}
        data-composer
        value={text}
        aria-label={`Message ${channel.kind === 'dm' ? channel.name : `#${channel.name}`}`}
        aria-autocomplete="list"
        aria-controls={listShown ? listId : undefined}
        aria-activedescendant={listShown ? suggestionId(listId, active) : undefined}
        placeholder={`Message ${channel.kind === 'dm' ? `@${channel.name}` : `#${channel.name}`}, or type /`}
        autocomplete="off"
        enterkeyhint="send"
        maxLength={LONGEST * 3}
        onInput={(event) => type(event.currentTarget.value)}
        onKeyDown={key}
      />
      {left < COUNTDOWN_FROM && <span class={left < 0 ? 'countdown over' : 'countdown'} aria-label={`${left} characters left`}>{left}</span>}
    </>
  );
}
