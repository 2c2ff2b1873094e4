import { useRef, useState } from 'preact/hooks';
import type { LocalUser } from '../../page-protocol.ts';
import { useClient, useClientState } from '../client/client-context.ts';
import { USER_COMMAND } from '../discord-numbers.ts';
import { Avatar } from '../parts/avatar.tsx';
import { Icon } from '../parts/icon.tsx';
import { Menu, MenuItem } from '../parts/menu.tsx';

/** Everybody here, those online first; each opens a menu of what one may do with them. */
export function MemberList() {
  const users = useClientState((state) => state.session?.users) ?? [];
  const groups = [
    { title: 'Online', users: users.filter(({ online }) => online) },
    { title: 'Offline', users: users.filter(({ online }) => !online) },
  ];
  return (
    <aside class="members" aria-label="Members">
      {groups.filter((group) => group.users.length > 0).map((group) => (
        <section key={group.title} aria-label={group.title}>
          <h2>{group.title} — {group.users.length}</h2>
          <ul>
            {group.users.map((user) => <li key={user.id}><Member user={user} /></li>)}
          </ul>
        </section>
      ))}
    </aside>
  );
}

function Member({ user }: { readonly user: LocalUser }) {
  const client = useClient();
  const me = useClientState((state) => state.session?.me.id);
  const channelId = useClientState((state) => state.channelId);
  const commands = useClientState((state) => state.session?.commands) ?? [];
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const apps = commands.filter(({ type }) => type === USER_COMMAND);
  return (
    <>
      <button ref={button} type="button" class={user.online ? 'member' : 'member away'} aria-haspopup="menu" aria-expanded={open} onClick={() => setOpen(!open)}>
        <Avatar userId={user.id} name={user.displayName} size={32} online={user.online} />
        <span class="author" style={user.color === null ? {} : { '--role-color': user.color }}>{user.displayName}</span>
        {user.bot && <span class="app-badge">APP</span>}
        {!user.online && <span class="unseen">, offline</span>}
      </button>
      {open && (
        <Menu anchor={button} label={user.displayName} onClose={() => setOpen(false)}>
          <p class="menu-title">{user.displayName}<span class="menu-detail">@{user.username}{user.admin ? ' · Admin' : ''}</span></p>
          {user.id !== me && <MenuItem onChoose={() => void client.openDirectMessages(user.id)}><Icon name="at" size={18} />Message</MenuItem>}
          {channelId !== null && apps.map((command) => <MenuItem key={command.id} onChoose={() => void client.interactions.runOn(channelId, user.id, command)}><Icon name="spark" size={18} />{command.name}</MenuItem>)}
          <MenuItem onChoose={() => void navigator.clipboard?.writeText(user.id)}><Icon name="copy" size={18} />Copy the user's id</MenuItem>
        </Menu>
      )}
    </>
  );
}
