import { findUser } from '../client/client-state.ts';
import { useClient, useClientState } from '../client/client-context.ts';

/** `@name` of a user; hidden behind the id if this client was never told of them. */
export function UserMention({ id }: { readonly id: string }) {
  const user = useClientState((state) => findUser(state, id));
  return <span class="mention">@{user?.displayName ?? 'unknown-user'}</span>;
}

/** `@role` in the role's colour. */
export function RoleMention({ id }: { readonly id: string }) {
  const role = useClientState((state) => state.session?.roles.find((known) => known.id === id));
  return (
    <span class="mention" style={typeof role?.color === 'string' ? { color: role.color } : {}}>
      @{role?.name ?? 'deleted-role'}
    </span>
  );
}

/** `#channel`, which leads there. */
export function ChannelMention({ id }: { readonly id: string }) {
  const client = useClient();
  const channel = useClientState((state) => state.session?.channels.find((known) => known.id === id));
  if (channel === undefined) return <span class="mention">#unknown</span>;
  return (
    <button type="button" class="mention" onClick={() => client.openChannel(id)}>
      #{channel.name}
    </button>
  );
}
