import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { PickItem } from '../parts/pick-item.ts';

/** The id of one suggestion, for `aria-activedescendant`. */
export function suggestionId(listId: string, index: number): string | undefined {
  return index < 0 ? undefined : `${listId}-${index}`;
}

/** The panel over the composer: a heading, then what can be picked. The field below keeps the focus; `active` is the one that Enter takes. */
export function SuggestionList<Item extends PickItem>({ id, label, heading, note, items, active, onActive, onPick }: {
  readonly id: string;
  readonly label: string;
  readonly heading: ComponentChildren;
  /** Says why there are none, or that they are coming. */
  readonly note?: string | undefined;
  readonly items: readonly Item[];
  readonly active: number;
  readonly onActive: (index: number) => void;
  readonly onPick: (item: Item) => void;
}) {
  const list = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => list.current?.querySelector('.active')?.scrollIntoView({ block: 'nearest' }), [active, items]);
  return (
    <div class="suggestions">
      <div class="suggestions-heading">{heading}</div>
      {note !== undefined && <p class="suggestions-note" role="status">{note}</p>}
      <div ref={list} id={id} role="listbox" aria-label={label} class="suggestions-list" hidden={items.length === 0}>
        {items.map((item, index) => (
          <div
            key={item.value}
            id={suggestionId(id, index)}
            role="option"
            aria-selected={index === active}
            class={index === active ? 'pick active' : 'pick'}
            onPointerMove={() => index !== active && onActive(index)}
            // The field must not lose the focus to the press.
            onPointerDown={(event) => event.preventDefault()}
            onClick={() => onPick(item)}
          >
            {item.icon}
            <span class="pick-text">
              <span>{item.label}</span>
              {item.detail !== undefined && <span class="pick-detail">{item.detail}</span>}
            </span>
          </div>
        ))}
      </div>
    </div>
  );
}
