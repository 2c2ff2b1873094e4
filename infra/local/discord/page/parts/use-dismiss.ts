import type { RefObject } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

/** While `open`, calls `onDismiss` on Esc and on a press outside the box (its opener closes it itself); Esc is then used up. */
export function useDismiss(box: RefObject<HTMLElement | null>, open: boolean, onDismiss: () => void, opener?: RefObject<HTMLElement | null>): void {
  const latest = useRef(onDismiss);
  latest.current = onDismiss;
  useEffect(() => {
    if (!open) return;
    const pressed = (event: Event): void => {
      if (event.target instanceof Node && !box.current?.contains(event.target) && !opener?.current?.contains(event.target)) latest.current();
    };
    const key = (event: KeyboardEvent): void => {
      if (event.key !== 'Escape') return;
      event.preventDefault();
      event.stopPropagation();
      latest.current();
    };
    document.addEventListener('pointerdown', pressed, true);
    document.addEventListener('keydown', key, true);
    return () => {
      document.removeEventListener('pointerdown', pressed, true);
      document.removeEventListener('keydown', key, true);
    };
  }, [open]);
}
