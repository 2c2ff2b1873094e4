/** Moves focus among the elements inside the event's own that match: ←→ by one, ↑↓ by a row of `columns`, Home and End to the ends. */
export function moveFocus(event: KeyboardEvent & { readonly currentTarget: EventTarget | null }, selector: string, columns: number): void {
  const box = event.currentTarget;
  if (!(box instanceof HTMLElement)) return;
  const items = [...box.querySelectorAll<HTMLElement>(selector)];
  const at = items.findIndex((item) => item === document.activeElement);
  const next = nextIndex(event.key, at, items.length, columns);
  if (next === undefined) return;
  event.preventDefault();
  items[next]?.focus();
}

function nextIndex(key: string, at: number, count: number, columns: number): number | undefined {
  const wrapped = (index: number): number => (index + count) % count;
  switch (key) {
    case 'ArrowDown':
      return columns === 1 || at === -1 ? wrapped(at + 1) : Math.min(at + columns, count - 1);
    case 'ArrowUp':
      return columns === 1 ? wrapped(Math.max(at, 0) - 1) : Math.max(at - columns, 0);
    case 'ArrowRight':
      return columns === 1 ? undefined : wrapped(at + 1);
    case 'ArrowLeft':
      return columns === 1 ? undefined : wrapped(Math.max(at, 0) - 1);
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return undefined;
  }
}
