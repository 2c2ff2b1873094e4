import type { ComponentChildren, RefObject } from 'preact';
import { moveFocus } from './move-focus.ts';
import { Popover } from './popover.tsx';

/** A menu of actions: arrows move, Enter or a press chooses, Esc closes. */
export function Menu({ anchor, label, side = 'below', onClose, children }: {
  readonly anchor: RefObject<HTMLElement | null>;
  readonly label: string;
  readonly side?: 'above' | 'below';
  readonly onClose: () => void;
  readonly children: ComponentChildren;
}) {
  return (
    <Popover anchor={anchor} label={label} role="menu" side={side} onClose={onClose}>
      <div class="menu" onKeyDown={(event) => moveFocus(event, '[role^="menuitem"]', 1)} onClick={onClose}>
        {children}
      </div>
    </Popover>
  );
}

/** One action. With `checked`, one of several that exclude each other. */
export function MenuItem({ children, danger = false, checked, onChoose }: {
  readonly children: ComponentChildren;
  readonly danger?: boolean;
  readonly checked?: boolean;
  readonly onChoose: () => void;
}) {
  return (
    <button
      type="button"
      role={checked === undefined ? 'menuitem' : 'menuitemradio'}
      aria-checked={checked}
      tabIndex={-1}
      data-first={checked === true ? true : undefined}
      class={danger ? 'menu-item danger' : 'menu-item'}
      onClick={onChoose}
    >
      {children}
    </button>
  );
}
