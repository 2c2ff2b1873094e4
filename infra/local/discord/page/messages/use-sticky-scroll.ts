import type { RefObject } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { LocalMessage } from '../../page-protocol.ts';

const NEAR_PX = 80;

/** Keeps a list at its end while the person is there or when something of their own (`ownNewest`) comes, and what they look at in place while older messages come in above. */
export function useStickyScroll(list: RefObject<HTMLElement | null>, messages: readonly LocalMessage[], ownNewest: string | undefined, onNearStart: () => void): { readonly atEnd: boolean; readonly toEnd: () => void } {
  const sticks = useRef(true);
  const [atEnd, setAtEnd] = useState(true);
  const fromEnd = useRef(0);
  const first = useRef(messages[0]?.id);
  const lastOwn = useRef(ownNewest);
  const nearStart = useRef(onNearStart);
  nearStart.current = onNearStart;

  const toEnd = (): void => {
    sticks.current = true;
    setAtEnd(true);
    if (list.current !== null) list.current.scrollTop = list.current.scrollHeight;
  };

  useLayoutEffect(() => {
    const element = list.current;
    if (element === null) return;
    const olderCame = first.current !== undefined && messages[0]?.id !== first.current && messages.some(({ id }) => id === first.current);
    // Who writes, or uses a command, wants to see what comes of it.
    if (sticks.current || ownNewest !== lastOwn.current) toEnd();
    else if (olderCame) element.scrollTop = element.scrollHeight - fromEnd.current;
    first.current = messages[0]?.id;
    lastOwn.current = ownNewest;
  }, [messages, ownNewest]);

  useEffect(() => {
    const element = list.current;
    if (element === null) return;
    const scrolled = (): void => {
      fromEnd.current = element.scrollHeight - element.scrollTop;
      sticks.current = fromEnd.current - element.clientHeight < NEAR_PX;
      setAtEnd(sticks.current);
      if (element.scrollTop < NEAR_PX && element.scrollHeight > element.clientHeight) nearStart.current();
    };
    // Pictures that load, and a keyboard that opens, change sizes without a scroll.
    const resized = new ResizeObserver(() => {
      if (sticks.current) element.scrollTop = element.scrollHeight;
    });
    resized.observe(element);
    for (const child of element.children) resized.observe(child);
    element.addEventListener('scroll', scrolled, { passive: true });
    return () => {
      resized.disconnect();
      element.removeEventListener('scroll', scrolled);
    };
  }, []);

  return { atEnd, toEnd };
}
