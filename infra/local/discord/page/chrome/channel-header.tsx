import type { LocalChannel } from '../../page-protocol.ts';
import { Icon } from '../parts/icon.tsx';

/** The bar above the messages, with the buttons that show the channels (on a phone) and the members. */
export function ChannelHeader({ channel, drawerOpen, membersShown, onDrawer, onMembers }: {
  readonly channel: LocalChannel | undefined;
  readonly drawerOpen: boolean;
  readonly membersShown: boolean;
  readonly onDrawer: () => void;
  readonly onMembers: () => void;
}) {
  return (
    <header class="channel-header">
      <button type="button" class="icon-button drawer-button" aria-label="Channels" aria-expanded={drawerOpen} onClick={onDrawer}><Icon name="menu" size={24} /></button>
      <Icon name={channel?.kind === 'dm' ? 'at' : 'hash'} size={22} />
      <h1>{channel?.name ?? '…'}</h1>
      {channel !== undefined && channel.topic !== null && channel.topic !== '' && <p class="topic" title={channel.topic}>{channel.topic}</p>}
      <button type="button" class="icon-button members-button" aria-label="Members" title="Members" aria-pressed={membersShown} onClick={onMembers}><Icon name="people" size={22} /></button>
    </header>
  );
}
