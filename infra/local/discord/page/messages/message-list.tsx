import type { TargetedKeyboardEvent } from 'preact';
import { useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { LocalChannel, LocalMessage } from '../../page-protocol.ts';
import { EMPTY_ROOM } from '../client/client-state.ts';
import { useClient, useClientState } from '../client/client-context.ts';
import { formatDay } from '../markdown/format-time.ts';
import { Icon } from '../parts/icon.tsx';
import { groupMessages } from './group-messages.ts';
import { MessageItem } from './message-item.tsx';
import { OwnLineItem } from './own-line-item.tsx';
import { useStickyScroll } from './use-sticky-scroll.ts';

/** A channel's messages. Stays at the newest while one is there; ↑ ↓ Home End move among messages, Esc goes to the composer. */
export function MessageList({ channel }: { readonly channel: LocalChannel }) {
  const client = useClient();
  const room = useClientState((state) => state.rooms[channel.id] ?? EMPTY_ROOM);
  const ownLines = useClientState((state) => state.ownLines);
  const me = useClientState((state) => state.session?.me.id);
  const jump = useClientState((state) => state.jump);
  const list = useRef<HTMLDivElement>(null);
  const [current, setCurrent] = useState<string | null>(null);
  const entries = useMemo(() => groupMessages(room.messages, ownLines.filter(({ channelId }) => channelId === channel.id)), [room.messages, ownLines, channel.id]);
  const ownNewest = entries.findLast((entry) => entry.kind === 'own-line' || (entry.kind === 'message' && isOwn(entry.message, me)))?.key;
  const { atEnd, toEnd } = useStickyScroll(list, room.messages, ownNewest, () => void client.loadOlder(channel.id));

  useLayoutEffect(() => {
    const target = jump === null ? null : document.getElementById(`message-${jump.messageId}`);
    if (jump === null || target === null) return;
    setCurrent(jump.messageId);
    target.scrollIntoView({ block: 'center' });
    target.focus({ preventScroll: true });
    target.classList.add('shown-by-jump');
    const timer = setTimeout(() => target.classList.remove('shown-by-jump'), 2_500);
    return () => clearTimeout(timer);
  }, [jump?.at]);

  const tabStop = room.messages.some(({ id }) => id === current) ? current : room.messages.at(-1)?.id;
  const focused = (event: FocusEvent): void => {
    const item = event.target instanceof Element ? event.target.closest('[data-message]') : null;
    if (item !== null) setCurrent(item.id.replace('message-', ''));
  };

  return (
    <div class="messages-frame">
      <div ref={list} class="messages" tabIndex={-1}>
        {room.whole && <Beginning channel={channel} />}
        {room.loaded && !room.whole && (
          <button type="button" class="load-older" disabled={room.loading} onClick={() => void client.loadOlder(channel.id)}>{room.loading ? 'Loading…' : 'Show older messages'}</button>
        )}
        {!room.loaded && <p class="loading">Loading…</p>}
        <ol aria-label={`Messages in ${channel.name}`} onKeyDown={moveAmongMessages} onFocusCapture={focused}>
          {entries.map((entry) => {
            if (entry.kind === 'day') return <li key={entry.key}><div class="day" role="separator" aria-label={formatDay(entry.at)}>{formatDay(entry.at)}</div></li>;
            if (entry.kind === 'own-line') return <OwnLineItem key={entry.key} line={entry.line} />;
            return <MessageItem key={entry.key} message={entry.message} channel={channel} leads={entry.leads} current={entry.message.id === tabStop} />;
          })}
        </ol>
      </div>
      {!atEnd && <button type="button" class="to-end" onClick={toEnd}>Go to the newest <Icon name="down" size={16} /></button>}
    </div>
  );
}

function moveAmongMessages(event: TargetedKeyboardEvent<HTMLElement>): void {
  if (!(event.target instanceof HTMLElement) || !event.target.hasAttribute('data-message')) return;
  if (event.key === 'Escape') document.querySelector<HTMLElement>('[data-composer]')?.focus();
  const items = [...event.currentTarget.querySelectorAll<HTMLElement>('[data-message]')];
  const at = items.indexOf(event.target);
  const next = { ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: items.length - 1 }[event.key];
  if (next === undefined) return;
  event.preventDefault();
  const target = items[Math.max(0, Math.min(next, items.length - 1))];
  target?.focus({ preventScroll: true });
  target?.scrollIntoView({ block: 'nearest' });
}

function isOwn(message: LocalMessage, me: string | undefined): boolean {
  return message.author.id === me || (message.interaction_metadata?.user.id === me && message.message_reference === undefined);
}

function Beginning({ channel }: { readonly channel: LocalChannel }) {
  const name = channel.kind === 'dm' ? channel.name : `#${channel.name}`;
  return (
    <header class="beginning">
      <span class="beginning-icon"><Icon name={channel.kind === 'dm' ? 'at' : 'hash'} size={40} /></span>
      <h2>{channel.kind === 'dm' ? name : `Welcome to ${name}!`}</h2>
      <p>{channel.kind === 'dm' ? `This is where your direct messages with ${name} begin.` : `This is the start of ${name}.`} {channel.topic ?? ''}</p>
    </header>
  );
}
