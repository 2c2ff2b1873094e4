import { useCallback, useEffect, useMemo, useState } from 'preact/hooks';
import { ChannelHeader } from './chrome/channel-header.tsx';
import { ChannelList } from './chrome/channel-list.tsx';
import { ConnectionNotice } from './chrome/connection-notice.tsx';
import { MemberList } from './chrome/member-list.tsx';
import { UserPanel } from './chrome/user-panel.tsx';
import { useClient, useClientState } from './client/client-context.ts';
import { openChannelOf } from './client/client-state.ts';
import { Composer } from './composer/composer.tsx';
import { Lightbox, LightboxContext } from './dialogs/lightbox.tsx';
import type { ShownPicture } from './dialogs/lightbox.tsx';
import { ModalForm } from './dialogs/modal-form.tsx';
import { Announcer } from './messages/announcer.tsx';
import { MessageList } from './messages/message-list.tsx';
import { TypingLine } from './messages/typing-line.tsx';

/** The page's frame: channels, messages with the composer under them, members. */
export function App({ onSwitch }: { readonly onSwitch: (userId: string) => void }) {
  const client = useClient();
  const channel = useClientState(openChannelOf);
  const guildName = useClientState((state) => state.session?.guild.name);
  const modal = useClientState((state) => state.modal);
  const [drawer, setDrawer] = useState(false);
  const [members, setMembers] = useState(() => matchMedia('(min-width: 1100px)').matches);
  const [box, setBox] = useState<{ readonly pictures: readonly ShownPicture[]; readonly index: number } | null>(null);
  const openBox = useCallback((pictures: readonly ShownPicture[], index: number) => setBox({ pictures, index }), []);

  useEffect(() => {
    if (channel === undefined) return;
    client.openChannel(channel.id);
    document.title = `${channel.kind === 'dm' ? '@' : '#'}${channel.name} · Local Discord`;
  }, [channel?.id]);
  useEffect(() => {
    if (!drawer) return;
    const key = (event: KeyboardEvent): void => {
      if (event.key === 'Escape') setDrawer(false);
    };
    document.addEventListener('keydown', key);
    return () => document.removeEventListener('keydown', key);
  }, [drawer]);

  const frame = useMemo(() => ['frame', drawer && 'drawer-open', members && 'with-members'].filter((one) => one !== false).join(' '), [drawer, members]);
  return (
    <LightboxContext.Provider value={openBox}>
      <a class="skip-link" href="#composer" onClick={(event) => {
        event.preventDefault();
        document.querySelector<HTMLElement>('[data-composer], .command-entry textarea')?.focus();
      }}>Skip to the message box</a>
      <div class={frame}>
        <div class="sidebar">
          <header class="guild-header"><span class="guild-icon" aria-hidden="true">{guildName?.[0] ?? ''}</span><span class="guild-name">{guildName ?? ''}</span></header>
          <ChannelList onOpen={() => setDrawer(false)} />
          <UserPanel onSwitch={onSwitch} />
        </div>
        {drawer && <button type="button" class="drawer-shade" aria-label="Close the channels" onClick={() => setDrawer(false)} />}
        <main class="main">
          <ChannelHeader channel={channel} drawerOpen={drawer} membersShown={members} onDrawer={() => setDrawer(!drawer)} onMembers={() => setMembers(!members)} />
          <div class="main-columns">
            <div class="conversation">
              {channel !== undefined && <MessageList key={channel.id} channel={channel} />}
              <div class="foot" id="composer">
                <ConnectionNotice />
                {channel !== undefined && <Composer key={`composer-${channel.id}`} channel={channel} />}
                {channel !== undefined && <TypingLine channel={channel} />}
              </div>
              {channel !== undefined && <Announcer key={`announcer-${channel.id}`} channel={channel} />}
            </div>
            {members && <MemberList />}
          </div>
        </main>
      </div>
      {modal !== null && <ModalForm key={modal.interactionId} interactionId={modal.interactionId} modal={modal.modal} />}
      {box !== null && <Lightbox pictures={box.pictures} first={box.index} onClose={() => setBox(null)} />}
    </LightboxContext.Provider>
  );
}
