import type { TimeStyle } from './nodes.ts';

const FORMATS: Readonly<Record<Exclude<TimeStyle, 'R'>, Intl.DateTimeFormatOptions>> = {
  t: { timeStyle: 'short' },
  T: { timeStyle: 'medium' },
  d: { dateStyle: 'short' },
  D: { dateStyle: 'long' },
  f: { dateStyle: 'long', timeStyle: 'short' },
  F: { dateStyle: 'full', timeStyle: 'short' },
};

/** Each with its length in seconds, and how far away a moment must be to be told in it: 59.6 minutes are an hour. */
const UNITS: readonly (readonly [unit: Intl.RelativeTimeFormatUnit, length: number, from: number])[] = [
  ['year', 31_536_000, 30_240_000],
  ['month', 2_592_000, 2_548_800],
  ['day', 86_400, 84_600],
  ['hour', 3_600, 3_570],
  ['minute', 60, 60],
  ['second', 1, 0],
];

/** A moment (epoch seconds) in one of Discord's styles, as seen at `now` (epoch milliseconds). https://docs.discord.com/developers/reference#message-formatting */
export function formatTime(seconds: number, style: TimeStyle, now: number): string {
  if (style !== 'R') return new Intl.DateTimeFormat('en', FORMATS[style]).format(seconds * 1000);
  const away = Math.round(seconds - now / 1000);
  const [unit, size] = UNITS.find(([, , from]) => Math.abs(away) >= from) ?? ['second', 1];
  return new Intl.RelativeTimeFormat('en', { numeric: 'always' }).format(Math.round(away / size), unit);
}

/** The time beside a message: `14:05` today, `Yesterday at 14:05`, else the date too. */
export function formatMessageTime(iso: string, now: number): string {
  const then = new Date(iso);
  const time = new Intl.DateTimeFormat(undefined, { timeStyle: 'short' }).format(then);
  const days = daysBetween(then, new Date(now));
  if (days === 0) return time;
  if (days === 1) return `Yesterday at ${time}`;
  return `${new Intl.DateTimeFormat(undefined, { dateStyle: 'short' }).format(then)}, ${time}`;
}

/** `14:05` alone, for a message that follows another of its author's. */
export function formatClock(iso: string): string {
  return new Intl.DateTimeFormat(undefined, { timeStyle: 'short' }).format(new Date(iso));
}

/** Two moments on the same day of the reader's calendar. */
export function sameDay(a: string, b: string): boolean {
  return daysBetween(new Date(a), new Date(b)) === 0;
}

/** `3 May 2026`, for the line between days. */
export function formatDay(iso: string): string {
  return new Intl.DateTimeFormat(undefined, { dateStyle: 'long' }).format(new Date(iso));
}

function daysBetween(then: Date, now: Date): number {
  return Math.round((midnight(now) - midnight(then)) / 86_400_000);
}

function midnight(date: Date): number {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
}
