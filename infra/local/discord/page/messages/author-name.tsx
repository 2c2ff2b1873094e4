import type { APIUser } from 'discord-api-types/v10';
import { findUser } from '../client/client-state.ts';
import { useClientState } from '../client/client-context.ts';

/** The name of a message's author in the colour of their role, with a badge when it is an app. */
export function AuthorName({ author, at = false }: { readonly author: APIUser; /** With an @ before it. */ readonly at?: boolean }) {
  const known = useClientState((state) => findUser(state, author.id));
  const name = displayName(author, known?.displayName);
  return (
    <>
      <span class="author" style={typeof known?.color === 'string' ? { '--role-color': known.color } : {}}>{at ? `@${name}` : name}</span>
      {author.bot === true && <span class="app-badge">APP</span>}
    </>
  );
}

/** What a user is called here. */
export function displayName(author: APIUser, known: string | undefined): string {
  return known ?? author.global_name ?? author.username;
}
