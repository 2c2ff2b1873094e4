import type { Played } from './play.ts';
import { type Slot, chartSeries } from './chart-series.ts';
import { seconds, whole } from './words.ts';

const COLUMNS = 72;
const BLOCKS = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
const ROWS: readonly (readonly [keyof Slot, string])[] = [
  ['arrivals', 'asked for'],
  ['waiting', 'waiting'],
  ['running', 'workers'],
  ['machines', 'machines'],
];

/** The day in four lines of blocks, each scaled to its own most. */
export function terminalChart(played: Played): string {
  const { slots, seconds: lasted } = chartSeries(played, COLUMNS);
  const lines = ROWS.map(([key, label]) => {
    const values = slots.map((slot) => slot[key]);
    const most = Math.max(...values);
    const blocks = values.map((value) => (value === 0 ? BLOCKS[0] : BLOCKS[Math.max(1, Math.round((value / most) * 8))]));
    return `${label.padEnd(10)}${blocks.join('')}  up to ${whole(most)}`;
  });
  const end = seconds(lasted);
  return [...lines, `${' '.repeat(10)}0${end.padStart(COLUMNS - 1)}`].join('\n');
}
