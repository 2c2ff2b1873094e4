import type { LocalChannel } from '../../page-protocol.ts';
import { findUser } from '../client/client-state.ts';
import { useClientState } from '../client/client-context.ts';

/** Who is typing, under the composer. */
export function TypingLine({ channel }: { readonly channel: LocalChannel }) {
  const text = useClientState((state) => {
    const names = state.typing
      .filter(({ channelId, userId }) => channelId === channel.id && userId !== state.session?.me.id)
      .map(({ userId }) => findUser(state, userId)?.displayName ?? 'Somebody');
    if (names.length === 0) return '';
    if (names.length > 3) return 'Several people are typing…';
    return `${new Intl.ListFormat('en').format(names)} ${names.length === 1 ? 'is' : 'are'} typing…`;
  });
  return (
    <div class="typing-line" aria-live="polite">
      {text !== '' && <><span class="dots" aria-hidden="true"><i /><i /><i /></span>{text}</>}
    </div>
  );
}
