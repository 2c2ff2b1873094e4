import { useId, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { Icon } from './icon.tsx';
import { matchItems } from './pick-item.ts';
import type { PickItem } from './pick-item.ts';
import { useDismiss } from './use-dismiss.ts';

/**
 * A select menu as Discord's: a field that opens a list. Picking one of one chooses it; several are chosen when the list
 * closes. Keyboard: letters narrow the list, arrows move, Enter or Space picks, Esc closes.
 */
export function Select({ label, items, chosen, least, most, disabled = false, waiting = false, onPick }: {
  readonly label: string;
  readonly items: readonly PickItem[];
  readonly chosen: readonly string[];
  readonly least: number;
  readonly most: number;
  readonly disabled?: boolean;
  readonly waiting?: boolean;
  readonly onPick: (values: readonly string[]) => void;
}) {
  const [open, setOpen] = useState(false);
  const [picked, setPicked] = useState<readonly string[]>(chosen);
  const [typed, setTyped] = useState('');
  const [active, setActive] = useState(0);
  const box = useRef<HTMLDivElement>(null);
  const search = useRef<HTMLInputElement>(null);
  const opener = useRef<HTMLButtonElement>(null);
  const id = useId();
  const several = most > 1;
  const shown = matchItems(items, typed);
  useLayoutEffect(() => setPicked(chosen), [chosen.join()]);
  useLayoutEffect(() => {
    if (open) search.current?.focus();
  }, [open]);
  useLayoutEffect(() => box.current?.querySelector('.active')?.scrollIntoView({ block: 'nearest' }), [active]);

  const close = (values: readonly string[] | null): void => {
    setOpen(false);
    setTyped('');
    opener.current?.focus();
    const changed = values !== null && values.toSorted().join() !== chosen.toSorted().join();
    if (changed && values.length >= least) onPick(values);
    else setPicked(chosen);
  };
  useDismiss(box, open, () => close(several ? picked : null));

  const pick = (value: string): void => {
    if (!several) {
      setPicked([value]);
      close([value]);
      return;
    }
    if (picked.includes(value)) setPicked(picked.filter((one) => one !== value));
    else if (picked.length < most) setPicked([...picked, value]);
  };
  const key = (event: KeyboardEvent): void => {
    const item = shown[active];
    if (event.key === 'ArrowDown') setActive((active + 1) % Math.max(shown.length, 1));
    else if (event.key === 'ArrowUp') setActive((active - 1 + shown.length) % Math.max(shown.length, 1));
    else if (event.key === 'Enter' || (event.key === ' ' && typed === '')) {
      if (item !== undefined) pick(item.value);
    } else if (event.key === 'Tab') close(several ? picked : null);
    else return;
    if (event.key !== 'Tab') event.preventDefault();
  };

  const labels = items.filter(({ value }) => picked.includes(value)).map((item) => item.label);
  return (
    <div ref={box} class="select">
      <button
        ref={opener}
        type="button"
        class="select-field"
        disabled={disabled}
        aria-busy={waiting}
        aria-haspopup="listbox"
        aria-expanded={open}
        aria-label={labels.length === 0 ? label : `${label}: ${labels.join(', ')}`}
        onClick={() => (open ? close(several ? picked : null) : setOpen(true))}
      >
        <span class={labels.length === 0 ? 'placeholder' : undefined}>{labels.length === 0 ? label : labels.join(', ')}</span>
        <Icon name="down" />
      </button>
      {open && (
        <div class="select-panel">
          <input
            ref={search}
            class="select-search"
            role="combobox"
            aria-expanded="true"
            aria-controls={`${id}-list`}
            aria-activedescendant={shown[active] === undefined ? undefined : `${id}-${active}`}
            aria-label={`${label}: search`}
            placeholder="Search"
            value={typed}
            onInput={(event) => {
              setTyped(event.currentTarget.value);
              setActive(0);
            }}
            onKeyDown={key}
          />
          <div id={`${id}-list`} role="listbox" aria-label={label} aria-multiselectable={several}>
            {shown.map((item, index) => (
              <div key={item.value} id={`${id}-${index}`} role="option" aria-selected={picked.includes(item.value)} class={index === active ? 'pick active' : 'pick'} onPointerMove={() => setActive(index)} onClick={() => pick(item.value)}>
                {item.icon}
                <span class="pick-text">
                  <span>{item.label}</span>
                  {item.detail !== undefined && <span class="pick-detail">{item.detail}</span>}
                </span>
                {picked.includes(item.value) && <Icon name="check" />}
              </div>
            ))}
            {shown.length === 0 && <p class="pick-none">Nothing like that.</p>}
          </div>
        </div>
      )}
    </div>
  );
}
