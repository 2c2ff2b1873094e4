import type { LocalChannel, LocalMessage } from '../../page-protocol.ts';
import { findUser } from '../client/client-state.ts';
import { useClient, useClientState } from '../client/client-context.ts';
import { EPHEMERAL, LOADING, SUPPRESS_EMBEDS } from '../discord-numbers.ts';
import { isOnlyEmoji } from '../emoji/find-emoji.ts';
import { formatClock, formatMessageTime, formatTime } from '../markdown/format-time.ts';
import { Markdown } from '../markdown/markdown.tsx';
import { Avatar } from '../parts/avatar.tsx';
import { Icon } from '../parts/icon.tsx';
import { Attachments } from './attachments.tsx';
import { AuthorName, displayName } from './author-name.tsx';
import { ComponentRows } from './component-rows.tsx';
import { Embed } from './embed.tsx';
import { MessageOrigin } from './message-origin.tsx';
import { MessageToolbar } from './message-toolbar.tsx';
import { Reactions } from './reactions.tsx';

/** One message, whole. `current` is the one that Tab reaches; arrows move among them. */
export function MessageItem({ message, channel, leads, current }: { readonly message: LocalMessage; readonly channel: LocalChannel; readonly leads: boolean; readonly current: boolean }) {
  const known = useClientState((state) => findUser(state, message.author.id)?.displayName);
  const me = useClientState((state) => state.session?.me.id);
  const failure = useClientState((state) => state.failures.find(({ messageId }) => messageId === message.id)?.message);
  const flags = message.flags ?? 0;
  const ephemeral = (flags & EPHEMERAL) !== 0;
  const thinking = (flags & LOADING) !== 0;
  const name = displayName(message.author, known);
  const atMe = message.mention_everyone || message.mentions.some(({ id }) => id === me);
  const classes = ['message', leads ? 'leads' : 'joins', atMe && 'at-me', ephemeral && 'ephemeral'].filter((one) => one !== false).join(' ');
  return (
    <li class={classes} id={`message-${message.id}`} data-message tabIndex={current ? 0 : -1} aria-label={`${name}, ${formatMessageTime(message.timestamp, Date.now())}`}>
      {leads && <MessageOrigin message={message} />}
      {leads ? <Avatar userId={message.author.id} name={name} size={40} /> : <span class="side-time" aria-hidden="true">{formatClock(message.timestamp)}</span>}
      <div class="message-body">
        {leads && (
          <div class="message-header">
            <AuthorName author={message.author} />
            <time dateTime={message.timestamp} title={formatTime(Date.parse(message.timestamp) / 1000, 'F', 0)}>{formatMessageTime(message.timestamp, Date.now())}</time>
          </div>
        )}
        {thinking && failure === undefined && (
          <div class="thinking"><span class="dots" aria-hidden="true"><i /><i /><i /></span>{name} is thinking…</div>
        )}
        {message.content !== '' && (
          <div class={isOnlyEmoji(message.content) ? 'content markdown jumbo' : 'content markdown'}>
            <Markdown source={message.content} />
            {message.edited_timestamp !== null && <span class="edited" title={formatTime(Date.parse(message.edited_timestamp) / 1000, 'F', 0)}>(edited)</span>}
          </div>
        )}
        {message.attachments.length > 0 && <Attachments attachments={message.attachments} />}
        {(flags & SUPPRESS_EMBEDS) === 0 && message.embeds.map((embed, index) => <Embed key={index} embed={embed} />)}
        {message.components !== undefined && message.components.length > 0 && <ComponentRows message={message} />}
        {failure !== undefined && <p class="failure" role="alert"><Icon name="warning" size={16} />{failure}</p>}
        <Reactions message={message} mayReact={channel.mayReact && !ephemeral} />
        {ephemeral && <EphemeralNote message={message} />}
      </div>
      <MessageToolbar message={message} channel={channel} />
    </li>
  );
}

function EphemeralNote({ message }: { readonly message: LocalMessage }) {
  const client = useClient();
  return (
    <p class="ephemeral-note">
      <Icon name="eye" size={16} /> Only you can see this ·{' '}
      <button type="button" class="link" onClick={() => void client.remove(message)}>Dismiss message</button>
    </p>
  );
}
