import type { ComponentChildren } from 'preact';

/** One thing that a list offers. */
export interface PickItem {
  readonly value: string;
  readonly label: string;
  readonly detail?: string;
  readonly icon?: ComponentChildren;
}

/** Those that hold the words typed so far, the ones that begin with them first. */
export function matchItems<Item extends { readonly label: string; readonly detail?: string }>(items: readonly Item[], typed: string): readonly Item[] {
  const wanted = typed.trim().toLocaleLowerCase();
  if (wanted === '') return items;
  const rank = ({ label, detail = '' }: Item): number => {
    const name = label.toLocaleLowerCase();
    if (name.startsWith(wanted)) return 0;
    if (name.includes(wanted)) return 1;
    return detail.toLocaleLowerCase().includes(wanted) ? 2 : 3;
  };
  return items.filter((item) => rank(item) < 3).toSorted((a, b) => rank(a) - rank(b));
}
