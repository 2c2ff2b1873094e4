/**
 * Numbers and dates as strokes, much as on a seven-segment display: an SVG's text needs fonts on the machine that draws it, and slim
 * containers have none.
 */

/** Of a glyph: 6 wide, 10 high, its corner at the top left. */
const SEGMENTS = {
  top: 'M0 0H6',
  middle: 'M0 5H6',
  bottom: 'M0 10H6',
  upperLeft: 'M0 0V5',
  upperRight: 'M6 0V5',
  lowerLeft: 'M0 5V10',
  lowerRight: 'M6 5V10',
  stem: 'M3 0V10',
  dot: 'M3 9.5V10',
} as const;
type Segment = keyof typeof SEGMENTS;

const GLYPHS: Readonly<Record<string, readonly Segment[]>> = {
  0: ['top', 'upperLeft', 'upperRight', 'lowerLeft', 'lowerRight', 'bottom'],
  1: ['stem'],
  2: ['top', 'upperRight', 'middle', 'lowerLeft', 'bottom'],
  3: ['top', 'upperRight', 'middle', 'lowerRight', 'bottom'],
  4: ['upperLeft', 'upperRight', 'middle', 'lowerRight'],
  5: ['top', 'upperLeft', 'middle', 'lowerRight', 'bottom'],
  6: ['top', 'upperLeft', 'middle', 'lowerLeft', 'lowerRight', 'bottom'],
  7: ['top', 'upperRight', 'lowerRight'],
  8: ['top', 'upperLeft', 'upperRight', 'middle', 'lowerLeft', 'lowerRight', 'bottom'],
  9: ['top', 'upperLeft', 'upperRight', 'middle', 'lowerRight', 'bottom'],
  '.': ['dot'],
  '-': ['middle'],
};

const ADVANCE = 10;

export interface Placed {
  readonly x: number;
  /** Of the top. */
  readonly y: number;
  readonly anchor: 'start' | 'middle' | 'end';
  readonly colour: string;
}

/** An SVG path for a text of digits, dots and dashes, 10 units high; anything else is left blank. */
export function strokeDigits(text: string, { x, y, anchor, colour }: Placed): string {
  const width = text.length * ADVANCE - (ADVANCE - 6);
  const left = x - (anchor === 'end' ? width : anchor === 'middle' ? width / 2 : 0);
  const glyphs = [...text].map((character, index) => {
    const path = (GLYPHS[character] ?? []).map((segment) => SEGMENTS[segment]).join('');
    return path && `<path transform="translate(${left + index * ADVANCE} ${y})" d="${path}"/>`;
  });
  return `<g fill="none" stroke="${colour}" stroke-width="1.6" stroke-linecap="round">${glyphs.join('')}</g>`;
}
