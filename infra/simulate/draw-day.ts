import type { Played } from './play.ts';
import { type Slot, chartSeries } from './chart-series.ts';
import { seconds, whole } from './words.ts';

const WIDTH = 960;
const LEFT = 70;
const RIGHT = 24;
const PANEL = { height: 120, gap: 56, first: 92 } as const;
const SLOTS = 288;
const INK = { paper: '#ffffff', text: '#1f2430', faint: '#6b7280', grid: '#e3e6ec', arrivals: '#8a93a6', waiting: '#e0853c', running: '#2f6fde', machines: '#b7cdf6' } as const;

interface Panel {
  readonly title: string;
  readonly series: readonly { readonly key: keyof Slot; readonly colour: string; readonly label: string }[];
}
const PANELS: readonly Panel[] = [
  { title: 'Asked for', series: [{ key: 'arrivals', colour: INK.arrivals, label: 'jobs' }] },
  { title: 'Waiting', series: [{ key: 'waiting', colour: INK.waiting, label: 'jobs' }] },
  {
    title: 'GPUs',
    series: [
      { key: 'machines', colour: INK.machines, label: 'paid for' },
      { key: 'running', colour: INK.running, label: 'with a worker' },
    ],
  },
];

/** The played day as an SVG of three panels over one axis of time. */
export function drawDay(played: Played, title: string, subtitle: string): string {
  const { slots, seconds: lasted } = chartSeries(played, SLOTS);
  const height = PANEL.first + PANELS.length * (PANEL.height + PANEL.gap);
  const panels = PANELS.map((panel, i) => drawPanel(panel, slots, PANEL.first + i * (PANEL.height + PANEL.gap)));
  const axis = timeTicks(lasted).map((at) => text(x(at / lasted), height - 24, seconds(at), { anchor: 'middle', colour: INK.faint, size: 12 }));
  const head = [text(LEFT, 28, title, { size: 18, weight: 600 }), text(LEFT, 50, subtitle, { size: 13, colour: INK.faint })];
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" font-family="DejaVu Sans, Verdana, sans-serif"><rect width="${WIDTH}" height="${height}" fill="${INK.paper}"/>${[...head, ...panels, ...axis].join('')}</svg>\n`;
}

function drawPanel({ title, series }: Panel, slots: readonly Slot[], top: number): string {
  const most = niceTop(Math.max(1, ...series.flatMap(({ key }) => slots.map((slot) => slot[key]))));
  const bottom = top + PANEL.height;
  const y = (value: number) => bottom - (value / most) * PANEL.height;
  const grid = [0, most / 2, most].map((value) => `<path d="M${LEFT} ${y(value)}H${WIDTH - RIGHT}" stroke="${INK.grid}"/>${text(LEFT - 8, y(value) + 4, Number.isInteger(value) ? whole(value) : '', { anchor: 'end', colour: INK.faint, size: 12 })}`);
  const areas = series.map(({ key, colour }) => {
    const steps = slots.map((slot, i) => `L${x(i / slots.length)} ${y(slot[key])}H${x((i + 1) / slots.length)}`).join('');
    return `<path d="M${LEFT} ${bottom}${steps}V${bottom}Z" fill="${colour}"/>`;
  });
  const legend = series.map(({ label, colour }, i) => `<rect x="${LEFT + 100 + i * 130}" y="${top - 20}" width="10" height="10" fill="${colour}"/>${text(LEFT + 116 + i * 130, top - 11, label, { size: 12, colour: INK.faint })}`);
  return [text(LEFT, top - 11, title, { size: 13, weight: 600 }), ...(series.length > 1 ? legend : []), ...grid, ...areas].join('');
}

function x(share: number): number {
  return Number((LEFT + share * (WIDTH - LEFT - RIGHT)).toFixed(1));
}

/** Five to nine marks at hours or days. */
function timeTicks(lasted: number): readonly number[] {
  const step = [1800, 3600, 3 * 3600, 6 * 3600, 12 * 3600, 86_400, 7 * 86_400].find((each) => lasted / each <= 9) ?? 30 * 86_400;
  return Array.from({ length: Math.floor(lasted / step) + 1 }, (_, i) => i * step);
}

function niceTop(most: number): number {
  const power = 10 ** Math.floor(Math.log10(most));
  return [1, 2, 4, 6, 8, 10].map((factor) => factor * power).find((each) => each >= most) ?? most;
}

function text(left: number, baseline: number, words: string, style: { anchor?: string; colour?: string; size: number; weight?: number }): string {
  const { anchor = 'start', colour = INK.text, size, weight = 400 } = style;
  const escaped = words.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return `<text x="${left}" y="${baseline}" text-anchor="${anchor}" fill="${colour}" font-size="${size}" font-weight="${weight}">${escaped}</text>`;
}
