import { useRef, useState } from 'preact/hooks';
import { useClient, useClientState } from '../client/client-context.ts';
import { Avatar } from '../parts/avatar.tsx';
import { Icon } from '../parts/icon.tsx';
import { Menu, MenuItem } from '../parts/menu.tsx';
import { useTheme } from '../theme.ts';
import type { Theme } from '../theme.ts';

const THEMES: readonly (readonly [Theme, string, 'screen' | 'moon' | 'sun'])[] = [
  ['system', 'Same as the system', 'screen'],
  ['dark', 'Dark', 'moon'],
  ['light', 'Light', 'sun'],
];

/** Who is acting, with the menus that change that and the look. */
export function UserPanel({ onSwitch }: { readonly onSwitch: (userId: string) => void }) {
  const client = useClient();
  const me = useClientState((state) => state.session?.me);
  const users = useClientState((state) => state.session?.users);
  const [theme, setTheme] = useTheme();
  const [open, setOpen] = useState<'users' | 'theme' | null>(null);
  const who = useRef<HTMLButtonElement>(null);
  const look = useRef<HTMLButtonElement>(null);
  if (me === undefined) return <div class="user-panel" />;
  const people = users?.filter(({ bot }) => !bot) ?? [];
  return (
    <div class="user-panel">
      <button ref={who} type="button" class="user-button" aria-haspopup="menu" aria-expanded={open === 'users'} title="Switch user" onClick={() => setOpen(open === 'users' ? null : 'users')}>
        <Avatar userId={me.id} name={me.displayName} size={32} online />
        <span class="user-text">
          <span class="user-name"><span class="unseen">You are </span>{me.displayName}<span class="unseen">, </span></span>
          <span class="user-role">{role(me.admin)}<span class="unseen">. Switch user</span></span>
        </span>
        <Icon name="swap" size={18} />
      </button>
      <button ref={look} type="button" class="icon-button" aria-haspopup="menu" aria-expanded={open === 'theme'} aria-label="Light or dark" title="Light or dark" onClick={() => setOpen(open === 'theme' ? null : 'theme')}>
        <Icon name={THEMES.find(([known]) => known === theme)?.[2] ?? 'screen'} />
      </button>
      {open === 'users' && (
        <Menu anchor={who} label="Switch user" side="above" onClose={() => setOpen(null)}>
          <p class="menu-title">Act as</p>
          {people.map((user) => (
            <MenuItem key={user.id} checked={user.id === me.id} onChoose={() => onSwitch(user.id)}>
              <Avatar userId={user.id} name={user.displayName} size={24} />
              <span class="menu-text">{user.displayName}<span class="menu-detail">{role(user.admin)}{user.dmsClosed ? ' · DMs closed' : ''}</span></span>
              {user.id === me.id && <Icon name="check" size={18} />}
            </MenuItem>
          ))}
          <hr />
          <MenuItem onChoose={() => void client.setDirectMessagesClosed(!me.dmsClosed)}>{me.dmsClosed ? 'Accept direct messages from apps' : 'Close direct messages to apps'}</MenuItem>
        </Menu>
      )}
      {open === 'theme' && (
        <Menu anchor={look} label="Light or dark" side="above" onClose={() => setOpen(null)}>
          {THEMES.map(([id, title, icon]) => (
            <MenuItem key={id} checked={id === theme} onChoose={() => setTheme(id)}>
              <Icon name={icon} size={18} />
              <span class="menu-text">{title}</span>
              {id === theme && <Icon name="check" size={18} />}
            </MenuItem>
          ))}
        </Menu>
      )}
    </div>
  );
}

function role(admin: boolean): string {
  return admin ? 'Admin' : 'Member';
}
