import type { SecondsRange, WaitEstimate } from '../../core/workforce/estimate-wait.ts';

/** `about 20–40 s`, `about 2–4 min`, `about 3 min`: no more exact than it is known. */
export function rangeWords({ from, to }: SecondsRange): string {
  if (to < 90) {
    const step = to < 15 ? 1 : 5;
    return between(Math.max(step, down(from, step)), Math.max(step, up(to, step)), 's');
  }
  return between(Math.max(1, Math.floor(from / 60)), Math.ceil(to / 60), 'min');
}

/** `about 3 minutes`, `about 40 seconds`, `a few seconds`. */
export function aboutSeconds(seconds: number): string {
  if (seconds < 5) return 'a few seconds';
  if (seconds < 90) return `about ${up(seconds, 5)} seconds`;
  return `about ${Math.round(seconds / 60)} minutes`;
}

/** What somebody who waits in line is told of the time. */
export function waitWords({ range, start }: WaitEstimate): string {
  if (!start) return range ? `about ${rangeWords(range)}` : 'Nothing was painted with this model yet, so I cannot tell.';
  const what = start.provider === 'cpu' ? 'A worker' : 'A GPU';
  const until = `${what} is starting, ${aboutSeconds(start.seconds)}.`;
  return range ? `${until} Your picture: about ${rangeWords(range)} from now.` : until;
}

function between(from: number, to: number, unit: string): string {
  return from >= to ? `${to} ${unit}` : `${from}–${to} ${unit}`;
}

function down(value: number, step: number): number {
  return Math.floor(value / step) * step;
}

function up(value: number, step: number): number {
  return Math.ceil(value / step) * step;
}
