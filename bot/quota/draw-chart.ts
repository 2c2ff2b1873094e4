import type { DayReplayed } from '../../core/quota/replay.ts';
import { DAY_MS, dateOf } from '../../core/quota/period.ts';
import { strokeDigits } from './stroke-digits.ts';

export const CHART_COLOURS = { kept: '#5b8def', stopped: '#e0853c' } as const;
const PAPER = '#1e1f26';
const LINES = '#3a3c48';
const INK = '#c9ccd6';

const WIDTH = 640;
const HEIGHT = 270;
const PLOT = { left: 70, right: WIDTH - 30, top: 24, bottom: HEIGHT - 40 } as const;
/** Days between two dates below the chart. */
const DATE_EVERY = 5;

/**
 * Credits a day as an SVG: what would still have been spent, and on top of it what would not.
 * @param from epoch milliseconds of the first day; days without a picture are empty
 */
export function drawChart(daily: readonly DayReplayed[], from: number, days: number): string {
  const byDate = new Map(daily.map((day) => [day.date, day]));
  const bars = Array.from({ length: days }, (_, index) => {
    const date = dateOf(from + index * DAY_MS);
    return { date, ...(byDate.get(date) ?? { before: 0, after: 0 }) };
  });
  const steps = scale(Math.max(...bars.map(({ before }) => before)) / 100);
  const top = steps.at(-1) ?? 1;
  const y = (credits: number) => PLOT.bottom - (credits / top) * (PLOT.bottom - PLOT.top);
  const slot = (PLOT.right - PLOT.left) / days;
  const x = (index: number) => PLOT.left + index * slot;

  const grid = steps.map((step) => {
    const label = strokeDigits(String(step), { x: PLOT.left - 14, y: y(step) - 5, anchor: 'end', colour: INK });
    return `<path d="M${PLOT.left} ${y(step)}H${PLOT.right}" stroke="${LINES}"/>${label}`;
  });
  const columns = bars.map(({ before, after }, index) => {
    const rect = (low: number, high: number, colour: string) =>
      high > low ? `<rect x="${x(index) + slot * 0.15}" width="${slot * 0.7}" y="${y(high / 100)}" height="${y(low / 100) - y(high / 100)}" fill="${colour}"/>` : '';
    return rect(0, after, CHART_COLOURS.kept) + rect(after, before, CHART_COLOURS.stopped);
  });
  const dates = bars.map(({ date }, index) => {
    // Counted from today, so that the last bar always has its date.
    if ((days - 1 - index) % DATE_EVERY !== 0) return '';
    return strokeDigits(date.slice(5), { x: x(index) + slot / 2, y: PLOT.bottom + 16, anchor: 'middle', colour: INK });
  });
  const body = [`<rect width="${WIDTH}" height="${HEIGHT}" rx="8" fill="${PAPER}"/>`, ...grid, ...columns, ...dates].join('');
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}" viewBox="0 0 ${WIDTH} ${HEIGHT}">${body}</svg>`;
}

/** Four to six round numbers from 0 to at least `most`. */
function scale(most: number): readonly number[] {
  const rough = Math.max(most, 1) / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((each) => each >= rough) ?? 10 * power;
  const count = Math.ceil(Math.max(most, 1) / step);
  return Array.from({ length: count + 1 }, (_, index) => Number((index * step).toFixed(2)));
}
