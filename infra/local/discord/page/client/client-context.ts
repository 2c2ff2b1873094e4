import { createContext } from 'preact';
import { useContext, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Client } from './client.ts';
import type { ClientState } from './client-state.ts';

/** The client of the user who is acting. */
export const ClientContext = createContext<Client | null>(null);

/** Throws when used outside the page's frame. */
export function useClient(): Client {
  const client = useContext(ClientContext);
  if (client === null) throw new Error('useClient needs a ClientContext around it');
  return client;
}

/** What `select` takes from the state; the component renders again when that is another value (by `Object.is`). */
export function useClientState<T>(select: (state: ClientState) => T): T {
  const client = useClient();
  const [, renderAgain] = useState({});
  const latest = useRef({ select, value: select(client.state) });
  latest.current = { select, value: select(client.state) };
  useLayoutEffect(
    () =>
      client.subscribe(() => {
        if (!Object.is(latest.current.select(client.state), latest.current.value)) renderAgain({});
      }),
    [client],
  );
  return latest.current.value;
}
