import { useEffect, useState } from 'preact/hooks';
import { useClient, useClientState } from '../client/client-context.ts';
import { Icon } from '../parts/icon.tsx';

/** A blink of the connection is not worth a word. */
const SHOWS_AFTER_MS = 700;

/** Small notes over the composer: that the connection is being sought, or what was refused. */
export function ConnectionNotice() {
  const client = useClient();
  const lost = useClientState((state) => state.connection === 'lost');
  const notice = useClientState((state) => state.notice);
  const [shown, setShown] = useState(false);
  useEffect(() => {
    if (!lost) return setShown(false);
    const timer = setTimeout(() => setShown(true), SHOWS_AFTER_MS);
    return () => clearTimeout(timer);
  }, [lost]);
  return (
    <div class="notices" role="status">
      {shown && <p class="notice"><span class="dots" aria-hidden="true"><i /><i /><i /></span>Reconnecting…</p>}
      {notice !== null && (
        <p class="notice warn">
          <Icon name="warning" size={16} />
          <span>{notice}</span>
          <button type="button" class="icon-button" aria-label="Close this note" onClick={() => client.notify(null)}><Icon name="close" size={16} /></button>
        </p>
      )}
    </div>
  );
}
