import { render } from 'preact';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { App } from './app.tsx';
import { Client } from './client/client.ts';
import { ClientContext } from './client/client-context.ts';
import { chosenUser, rememberUser } from './chosen-user.ts';
import { startTheme } from './theme.ts';
import './styles/index.css';

/** Holds the client of whoever is acting; another user means another client. */
function Page() {
  const [userId, setUserId] = useState(chosenUser);
  const client = useMemo(() => new Client(userId, () => switchTo(null)), [userId]);
  useEffect(() => {
    client.start();
    return () => client.stop();
  }, [client]);
  const switchTo = (id: string | null): void => {
    rememberUser(id);
    setUserId(id);
  };
  return (
    <ClientContext.Provider value={client}>
      <App key={userId ?? ''} onSwitch={switchTo} />
    </ClientContext.Provider>
  );
}

startTheme();
const root = document.getElementById('app');
if (root === null) throw new Error('page.html has no element with the id "app"');
render(<Page />, root);
