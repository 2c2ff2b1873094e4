import type { RefObject } from 'preact';
import { useState } from 'preact/hooks';
import { Emoji } from '../emoji/emoji.tsx';
import { OFFERED } from '../emoji/emoji-names.ts';
import { findEmoji } from '../emoji/find-emoji.ts';
import { moveFocus } from '../parts/move-focus.ts';
import { Popover } from '../parts/popover.tsx';

const COLUMNS = 8;

/** A panel of emojis. The field narrows them by name, and takes any other emoji as it is. */
export function ReactionPicker({ anchor, onPick, onClose }: { readonly anchor: RefObject<HTMLElement | null>; readonly onPick: (emoji: string) => void; readonly onClose: () => void }) {
  const [typed, setTyped] = useState('');
  const wanted = typed.trim().toLowerCase();
  const own = findEmoji(wanted, 0);
  const shown = OFFERED.filter(([emoji, name]) => name.includes(wanted) || emoji === wanted);
  const offered = shown.length === 0 && own !== undefined ? [[own, 'this emoji'] as const] : shown;
  return (
    <Popover anchor={anchor} label="Pick a reaction" role="dialog" onClose={onClose}>
      <div class="picker" onKeyDown={(event) => (event.target instanceof HTMLInputElement && event.key !== 'ArrowDown' ? undefined : moveFocus(event, '.picker-grid button', COLUMNS))}>
        <input
          class="picker-search"
          type="text"
          aria-label="Search emojis, or type any"
          placeholder="Search, or type any emoji"
          value={typed}
          onInput={(event) => setTyped(event.currentTarget.value)}
          onKeyDown={(event) => {
            const first = offered[0];
            if (event.key === 'Enter' && first !== undefined) onPick(first[0]);
          }}
        />
        <div class="picker-grid">
          {offered.map(([emoji, name]) => (
            <button key={emoji} type="button" aria-label={name} title={name} onClick={() => onPick(emoji)}>
              <Emoji text={emoji} silent />
            </button>
          ))}
        </div>
        {offered.length === 0 && <p class="pick-none">No emoji of that name.</p>}
      </div>
    </Popover>
  );
}
