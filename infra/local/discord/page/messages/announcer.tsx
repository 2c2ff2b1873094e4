import { useEffect, useRef, useState } from 'preact/hooks';
import type { LocalChannel, LocalMessage } from '../../page-protocol.ts';
import { findUser, EMPTY_ROOM } from '../client/client-state.ts';
import { useClientState } from '../client/client-context.ts';
import { EPHEMERAL, LOADING } from '../discord-numbers.ts';
import { displayName } from './author-name.tsx';
import { previewText } from './message-origin.tsx';

/** Tells screen readers of messages as they come, and of an answer when it takes the place of "is thinking…". */
export function Announcer({ channel }: { readonly channel: LocalChannel }) {
  const room = useClientState((state) => state.rooms[channel.id] ?? EMPTY_ROOM);
  const newest = room.messages.at(-1);
  const author = useClientState((state) => (newest === undefined ? undefined : findUser(state, newest.author.id)));
  const me = useClientState((state) => state.session?.me.id);
  const last = useRef<string | undefined>(undefined);
  const [text, setText] = useState('');
  useEffect(() => {
    const mark = newest === undefined ? `${channel.id}` : `${newest.id} ${(newest.flags ?? 0) & LOADING}`;
    const isNew = last.current !== undefined && mark !== last.current;
    last.current = room.loaded ? mark : undefined;
    if (isNew && newest !== undefined && newest.author.id !== me) setText(spoken(newest, displayName(newest.author, author?.displayName)));
  }, [newest, room.loaded]);
  return <div class="unseen" role="status" aria-live="polite">{text}</div>;
}

function spoken(message: LocalMessage, name: string): string {
  const flags = message.flags ?? 0;
  if ((flags & LOADING) !== 0) return `${name} is thinking`;
  const pictures = message.attachments.map(({ description }) => description ?? 'a picture').join('; ');
  return [`${name}${(flags & EPHEMERAL) === 0 ? '' : ', to you alone'}: ${previewText(message)}`, pictures].filter((part) => part !== '').join('. ');
}
