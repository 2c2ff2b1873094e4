import type { ComponentChildren, RefObject } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { useDismiss } from './use-dismiss.ts';

const GAP = 6;
const MARGIN = 8;

/** A panel beside what opened it, kept inside the window. Closes on Esc, on a press elsewhere, and when the window changes size; focus goes back. */
export function Popover({ anchor, label, role, side = 'above', onClose, children }: {
  readonly anchor: RefObject<HTMLElement | null>;
  readonly label: string;
  readonly role: 'dialog' | 'menu';
  readonly side?: 'above' | 'below';
  readonly onClose: () => void;
  readonly children: ComponentChildren;
}) {
  const panel = useRef<HTMLDivElement>(null);
  const close = useRef(onClose);
  close.current = onClose;

  useLayoutEffect(() => {
    if (panel.current !== null && anchor.current !== null) place(panel.current, anchor.current, side);
    panel.current?.querySelector<HTMLElement>('[data-first], input, button, [tabindex="0"]')?.focus({ preventScroll: true });
    const opener = anchor.current;
    return () => {
      if (panel.current?.contains(document.activeElement) || document.activeElement === document.body) opener?.focus({ preventScroll: true });
    };
  }, []);

  useDismiss(panel, true, onClose, anchor);
  useEffect(() => {
    const resized = (): void => close.current();
    window.addEventListener('resize', resized);
    return () => window.removeEventListener('resize', resized);
  }, []);

  return (
    <div ref={panel} class="popover" role={role} aria-label={label}>
      {children}
    </div>
  );
}

function place(panel: HTMLElement, anchor: HTMLElement, side: 'above' | 'below'): void {
  const from = anchor.getBoundingClientRect();
  const { width, height } = panel.getBoundingClientRect();
  const above = from.top - height - GAP;
  const below = from.bottom + GAP;
  const top = side === 'above' ? (above >= MARGIN ? above : below) : below + height <= innerHeight - MARGIN ? below : above;
  panel.style.left = `${clamp(from.right - width, MARGIN, innerWidth - width - MARGIN)}px`;
  panel.style.top = `${clamp(top, MARGIN, innerHeight - height - MARGIN)}px`;
}

function clamp(value: number, least: number, most: number): number {
  return Math.max(least, Math.min(value, most));
}
