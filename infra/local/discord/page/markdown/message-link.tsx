import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { useClient, useClientState } from '../client/client-context.ts';
import { LeaveDialog } from '../dialogs/leave-dialog.tsx';

/** A link of a message: to another message here, or out of the page. One that does not show its address asks before it leads out. */
export function MessageLink({ url, masked, children }: { readonly url: string; readonly masked: boolean; readonly children: ComponentChildren }) {
  const client = useClient();
  const [asking, setAsking] = useState(false);
  const [, channelId = '', messageId = ''] = /^https:\/\/discord\.com\/channels\/(?:\d+|@me)\/(\d+)\/(\d+)$/.exec(url) ?? [];
  const channel = useClientState((state) => state.session?.channels.find(({ id }) => id === channelId));
  if (channel !== undefined) {
    return (
      <button type="button" class={masked ? 'link' : 'mention'} onClick={() => void client.jumpTo(channelId, messageId)}>
        {masked ? children : `#${channel.name} › message`}
      </button>
    );
  }
  const ask = (event: Event): void => {
    if (!masked) return;
    event.preventDefault();
    setAsking(true);
  };
  return (
    <>
      <a href={url} title={url} target="_blank" rel="noopener noreferrer nofollow" onClick={ask}>
        {children}
      </a>
      {asking && <LeaveDialog url={url} onClose={() => setAsking(false)} />}
    </>
  );
}
