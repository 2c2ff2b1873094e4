import type { LocalState } from '../../page-protocol.ts';
import { Avatar } from './avatar.tsx';
import { Icon } from './icon.tsx';
import type { PickItem } from './pick-item.ts';

export type EntityKind = 'user' | 'role' | 'channel';

/** Users, roles and channels as things to pick from; values are their ids. */
export function entityItems(session: LocalState, kinds: readonly EntityKind[]): readonly PickItem[] {
  return kinds.flatMap((kind): readonly PickItem[] => {
    switch (kind) {
      case 'user':
        return session.users.map(({ id, displayName, username }) => ({ value: id, label: displayName, detail: username, icon: <Avatar userId={id} name={displayName} size={22} /> }));
      case 'role':
        return session.roles.map(({ id, name, color }) => ({ value: id, label: name.replace(/^@?/, '@'), icon: <span class="role-dot" style={color === null ? {} : { background: color }} /> }));
      case 'channel':
        return session.channels.filter((channel) => channel.kind === 'text').map(({ id, name }) => ({ value: id, label: name, icon: <Icon name="hash" size={18} /> }));
    }
  });
}
