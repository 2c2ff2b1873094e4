import { useRef, useState } from 'preact/hooks';
import type { LocalChannel, LocalMessage } from '../../page-protocol.ts';
import { useClient, useClientState } from '../client/client-context.ts';
import { EPHEMERAL, MESSAGE_COMMAND } from '../discord-numbers.ts';
import { Icon } from '../parts/icon.tsx';
import { Menu, MenuItem } from '../parts/menu.tsx';
import { ReactionPicker } from './reaction-picker.tsx';

/** What can be done with a message, shown while it is pointed at or holds the focus. */
export function MessageToolbar({ message, channel }: { readonly message: LocalMessage; readonly channel: LocalChannel }) {
  const client = useClient();
  const me = useClientState((state) => state.session?.me.id);
  const commands = useClientState((state) => state.session?.commands);
  const [open, setOpen] = useState<'reactions' | 'more' | null>(null);
  const react = useRef<HTMLButtonElement>(null);
  const more = useRef<HTMLButtonElement>(null);
  const ephemeral = ((message.flags ?? 0) & EPHEMERAL) !== 0;
  const apps = commands?.filter(({ type }) => type === MESSAGE_COMMAND) ?? [];
  const mayDelete = ephemeral || message.author.id === me || channel.mayManageMessages;
  const copy = (text: string): void => void navigator.clipboard?.writeText(text).catch(() => client.notify('The browser did not allow copying.'));
  return (
    <div class={open === null ? 'toolbar' : 'toolbar open'} role="group" aria-label="Message actions">
      {channel.mayReact && !ephemeral && (
        <button ref={react} type="button" class="icon-button" aria-label="Add a reaction" title="Add a reaction" aria-haspopup="dialog" aria-expanded={open === 'reactions'} onClick={() => setOpen(open === 'reactions' ? null : 'reactions')}>
          <Icon name="smile" />
        </button>
      )}
      {channel.maySend && !ephemeral && (
        <button type="button" class="icon-button" aria-label="Reply" title="Reply" onClick={() => client.replyTo(message)}>
          <Icon name="reply" />
        </button>
      )}
      <button ref={more} type="button" class="icon-button" aria-label="More" title="More" aria-haspopup="menu" aria-expanded={open === 'more'} onClick={() => setOpen(open === 'more' ? null : 'more')}>
        <Icon name="more" />
      </button>
      {open === 'reactions' && (
        <ReactionPicker
          anchor={react}
          onClose={() => setOpen(null)}
          onPick={(emoji) => {
            setOpen(null);
            void client.toggleReaction(message, emoji);
          }}
        />
      )}
      {open === 'more' && (
        <Menu anchor={more} label="More" onClose={() => setOpen(null)}>
          {!ephemeral && apps.map((command) => <MenuItem key={command.id} onChoose={() => void client.interactions.runOn(message.channel_id, message.id, command)}><Icon name="spark" size={18} />{command.name}</MenuItem>)}
          {message.content !== '' && <MenuItem onChoose={() => copy(message.content)}><Icon name="copy" size={18} />Copy the text</MenuItem>}
          <MenuItem onChoose={() => copy(message.id)}><Icon name="copy" size={18} />Copy the message's id</MenuItem>
          {mayDelete && <MenuItem danger onChoose={() => void client.remove(message)}><Icon name="trash" size={18} />{ephemeral ? 'Dismiss' : 'Delete'}</MenuItem>}
        </Menu>
      )}
    </div>
  );
}
