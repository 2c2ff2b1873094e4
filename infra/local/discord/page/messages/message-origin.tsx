import type { LocalMessage } from '../../page-protocol.ts';
import { useClient, useClientState } from '../client/client-context.ts';
import { CHAT_INPUT } from '../discord-numbers.ts';
import { TextWithEmoji } from '../emoji/text-with-emoji.tsx';
import { Avatar } from '../parts/avatar.tsx';
import { Icon } from '../parts/icon.tsx';
import { AuthorName, displayName } from './author-name.tsx';

/** The line above a message that says what it came from: a reply's original, or "X used /imagine". */
export function MessageOrigin({ message }: { readonly message: LocalMessage }) {
  const client = useClient();
  const name = message.interaction?.name;
  // Commands of the context menu have no slash.
  const fromMenu = useClientState((state) => state.session?.commands.some((command) => command.type !== CHAT_INPUT && command.name === name) ?? false);
  const reference = message.message_reference;
  if (reference?.message_id !== undefined) {
    const original = message.referenced_message;
    const messageId = reference.message_id;
    return (
      <div class="origin reply">
        {original === null || original === undefined ? (
          <span class="origin-text gone"><Icon name="reply" size={14} /> The original message was deleted</span>
        ) : (
          <>
            <Avatar userId={original.author.id} name={displayName(original.author, undefined)} size={16} />
            <AuthorName author={original.author} at />
            <button type="button" class="origin-text" aria-label={`Reply to ${displayName(original.author, undefined)}: ${previewText(original)}. Show it`} onClick={() => void client.jumpTo(message.channel_id, messageId)}>
              <TextWithEmoji text={previewText(original)} />
            </button>
          </>
        )}
      </div>
    );
  }
  const user = message.interaction_metadata?.user ?? message.interaction?.user;
  if (user === undefined || name === undefined) return null;
  return (
    <div class="origin command">
      <Avatar userId={user.id} name={displayName(user, undefined)} size={16} />
      <AuthorName author={user} /> used <span class="command-name"><Icon name="spark" size={12} />{fromMenu ? name : `/${name}`}</span>
    </div>
  );
}

/** A message in a few words, for a line that stands for it. */
export function previewText(message: Pick<LocalMessage, 'content' | 'attachments' | 'embeds'>): string {
  const text = [message.content, message.embeds[0]?.title, message.embeds[0]?.description].find((part) => part !== undefined && part !== '');
  // What stands in a code block is no markdown.
  const code = text === undefined ? undefined : /^```(?:\w*\n)?([^]*?)```/.exec(text)?.[1];
  const words = (code ?? text?.replace(/[*_~|`\\]+/g, '').replace(/<@!?\d+>\s*/g, '').replace(/\[([^\]]*)\]\([^)]*\)/g, '$1'))?.replace(/\s+/g, ' ').trim();
  if (words !== undefined && words !== '') return words.length > 140 ? `${words.slice(0, 139)}…` : words;
  const count = message.attachments.length;
  return count === 1 ? 'a picture' : count > 1 ? `${count} pictures` : 'a message';
}
