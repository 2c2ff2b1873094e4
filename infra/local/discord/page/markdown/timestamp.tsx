import { useEffect, useState } from 'preact/hooks';
import type { TimeStyle } from './nodes.ts';
import { formatTime } from './format-time.ts';

/** A `<t:…>` mark in the reader's own time zone; a relative one stays right, looked at every 2 s. */
export function Timestamp({ seconds, style }: { readonly seconds: number; readonly style: TimeStyle }) {
  const [text, setText] = useState(() => formatTime(seconds, style, Date.now()));
  useEffect(() => {
    setText(formatTime(seconds, style, Date.now()));
    if (style !== 'R') return;
    const timer = setInterval(() => setText(formatTime(seconds, style, Date.now())), 2_000);
    return () => clearInterval(timer);
  }, [seconds, style]);
  return (
    <time class="timestamp" dateTime={new Date(seconds * 1000).toISOString()} title={formatTime(seconds, 'F', 0)}>
      {text}
    </time>
  );
}
