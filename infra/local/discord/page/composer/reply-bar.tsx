import { useClient, useClientState } from '../client/client-context.ts';
import { AuthorName } from '../messages/author-name.tsx';
import { Icon } from '../parts/icon.tsx';

/** Says which message the one being written replies to. */
export function ReplyBar() {
  const client = useClient();
  const message = useClientState((state) => state.replyTo);
  if (message === null) return null;
  return (
    <div class="reply-bar">
      <span>Replying to <AuthorName author={message.author} /></span>
      <button type="button" class="icon-button" aria-label="Do not reply" onClick={() => client.replyTo(null)}><Icon name="close" size={18} /></button>
    </div>
  );
}
