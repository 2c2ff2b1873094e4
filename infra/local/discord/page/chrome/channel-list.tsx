import type { LocalChannel } from '../../page-protocol.ts';
import { useClient, useClientState } from '../client/client-context.ts';
import { Avatar } from '../parts/avatar.tsx';
import { Icon } from '../parts/icon.tsx';
import { moveFocus } from '../parts/move-focus.ts';

/** The channels that this user may see, then their direct messages. */
export function ChannelList({ onOpen }: { readonly onOpen: () => void }) {
  const channels = useClientState((state) => state.session?.channels) ?? [];
  const sections = [
    { title: 'Text channels', channels: channels.filter(({ kind }) => kind === 'text') },
    { title: 'Direct messages', channels: channels.filter(({ kind }) => kind === 'dm') },
  ];
  return (
    <nav class="channels" aria-label="Channels" onKeyDown={(event) => moveFocus(event, '.channel', 1)}>
      {sections.filter((section) => section.channels.length > 0).map((section) => (
        <section key={section.title} aria-label={section.title}>
          <h2>{section.title}</h2>
          <ul>
            {section.channels.map((channel) => (
              <li key={channel.id}><ChannelLink channel={channel} onOpen={onOpen} /></li>
            ))}
          </ul>
        </section>
      ))}
    </nav>
  );
}

function ChannelLink({ channel, onOpen }: { readonly channel: LocalChannel; readonly onOpen: () => void }) {
  const client = useClient();
  const open = useClientState((state) => state.channelId === channel.id);
  const unread = useClientState((state) => state.unread[channel.id] ?? 0);
  return (
    <button
      type="button"
      class={unread > 0 ? 'channel unread' : 'channel'}
      aria-current={open ? 'page' : undefined}
      onClick={() => {
        client.openChannel(channel.id);
        onOpen();
      }}
    >
      {channel.kind === 'dm' && channel.recipientId !== null ? <Avatar userId={channel.recipientId} name={channel.name} size={24} /> : <Icon name="hash" />}
      <span class="channel-name">{channel.name}</span>
      {unread > 0 && <span class="unread-count" aria-label={`${unread} unread`}>{unread}</span>}
    </button>
  );
}
