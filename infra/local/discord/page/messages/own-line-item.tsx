import type { OwnLine } from '../client/client-state.ts';
import { useClient, useClientState } from '../client/client-context.ts';
import { Avatar } from '../parts/avatar.tsx';
import { Icon } from '../parts/icon.tsx';

/** A command of mine that has no message: still on its way, or failed. */
export function OwnLineItem({ line }: { readonly line: OwnLine }) {
  const client = useClient();
  const me = useClientState((state) => state.session?.me);
  const bot = useClientState((state) => state.session?.users.find(({ id }) => id === state.session?.application.botUserId));
  const botName = bot?.displayName ?? 'The app';
  return (
    <li class="message leads ephemeral" aria-label={`${line.commandName}, ${line.state.kind}`}>
      <div class="origin command">
        {me !== undefined && <Avatar userId={me.id} name={me.displayName} size={16} />}
        <span class="author">You</span> used <span class="command-name"><Icon name="spark" size={12} />{line.commandName}</span>
      </div>
      <Avatar userId={bot?.id ?? '0'} name={botName} size={40} />
      <div class="message-body">
        <div class="message-header"><span class="author" style={typeof bot?.color === 'string' ? { '--role-color': bot.color } : {}}>{botName}</span><span class="app-badge">APP</span></div>
        {line.state.kind === 'sending' ? (
          <div class="thinking"><span class="dots" aria-hidden="true"><i /><i /><i /></span>Sending the command…</div>
        ) : (
          <>
            <p class="failure" role="alert"><Icon name="warning" size={16} />{line.state.message}</p>
            <p class="ephemeral-note">
              <Icon name="eye" size={16} /> Only you can see this ·{' '}
              <button type="button" class="link" onClick={() => client.dropLine(line.key)}>Dismiss message</button>
            </p>
          </>
        )}
      </div>
    </li>
  );
}
