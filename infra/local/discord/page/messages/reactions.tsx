import { useRef, useState } from 'preact/hooks';
import type { LocalMessage } from '../../page-protocol.ts';
import { emojiKey } from '../client/client.ts';
import { useClient } from '../client/client-context.ts';
import { Emoji } from '../emoji/emoji.tsx';
import { emojiName } from '../emoji/emoji-names.ts';
import { Icon } from '../parts/icon.tsx';
import { ReactionPicker } from './reaction-picker.tsx';

/** The reactions under a message: pressed ones are mine; who reacted shows on a closer look. */
export function Reactions({ message, mayReact }: { readonly message: LocalMessage; readonly mayReact: boolean }) {
  const client = useClient();
  const add = useRef<HTMLButtonElement>(null);
  const [picking, setPicking] = useState(false);
  const reactions = message.reactions ?? [];
  if (reactions.length === 0) return null;
  return (
    <div class="reactions" role="group" aria-label="Reactions">
      {reactions.map((reaction) => {
        const key = emojiKey(reaction.emoji);
        return <ReactionPill key={key} emoji={key} count={reaction.count} mine={reaction.me} disabled={!mayReact && !reaction.me} message={message} />;
      })}
      {mayReact && (
        <button ref={add} type="button" class="reaction add" aria-label="Add a reaction" aria-haspopup="dialog" aria-expanded={picking} onClick={() => setPicking(!picking)}>
          <Icon name="smile" size={18} />
        </button>
      )}
      {picking && (
        <ReactionPicker
          anchor={add}
          onClose={() => setPicking(false)}
          onPick={(emoji) => {
            setPicking(false);
            void client.toggleReaction(message, emoji);
          }}
        />
      )}
    </div>
  );
}

function ReactionPill({ emoji, count, mine, disabled, message }: { readonly emoji: string; readonly count: number; readonly mine: boolean; readonly disabled: boolean; readonly message: LocalMessage }) {
  const client = useClient();
  const [who, setWho] = useState<readonly string[]>([]);
  const [text = emoji] = emoji.split(':');
  const look = (): void => void client.whoReacted(message, emoji).then(setWho);
  return (
    <button
      type="button"
      class="reaction"
      aria-pressed={mine}
      aria-label={`${emojiName(text)}, ${count} ${count === 1 ? 'reaction' : 'reactions'}`}
      title={who.length === 0 ? undefined : `${names(who)} reacted with ${emojiName(text)}`}
      disabled={disabled}
      onPointerEnter={look}
      onFocus={look}
      onClick={() => void client.toggleReaction(message, emoji)}
    >
      <Emoji text={text} silent />
      <span class="count">{count}</span>
    </button>
  );
}

function names(who: readonly string[]): string {
  return new Intl.ListFormat('en').format(who.length > 4 ? [...who.slice(0, 3), `${who.length - 3} others`] : who);
}
