export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Rectangle extends Size {
  readonly left: number;
  readonly top: number;
}

/** A part of a picture, and the larger part around it that a network must see to enlarge it as in the whole picture. */
export interface Tile {
  readonly inner: Rectangle;
  readonly outer: Rectangle;
}

/**
 * Pixels beyond the picture's own edge that are made up, like the last one, for the network to see: it takes what lies outside for black, and
 * darkens the outermost pixels by 6 to 8 levels of 255 otherwise.
 */
const RIM = 4;

/** Cuts a picture into tiles as even as can be, row by row; no side of an outer part is longer than `edge`. Outer parts reach over the picture's rim. */
export function planTiles({ width, height }: Size, edge: number, overlap: number): readonly Tile[] {
  const columns = cut(width, edge, overlap);
  return cut(height, edge, overlap).flatMap((row) =>
    columns.map((column) => ({
      inner: { left: column.start, top: row.start, width: column.end - column.start, height: row.end - row.start },
      outer: { left: column.from, top: row.from, width: column.to - column.from, height: row.to - row.from },
    })),
  );
}

function cut(length: number, edge: number, overlap: number): readonly { readonly start: number; readonly end: number; readonly from: number; readonly to: number }[] {
  if (length + 2 * RIM <= edge) return [{ start: 0, end: length, from: -RIM, to: length + RIM }];
  const step = edge - 2 * overlap;
  if (step < 1 || overlap < RIM) throw new RangeError(`tiles of ${edge} pixels cannot overlap by ${overlap} on either side`);
  const count = Math.ceil(length / step);
  const border = (i: number) => Math.round((i * length) / count);
  return Array.from({ length: count }, (_, i) => {
    const [start, end] = [border(i), border(i + 1)];
    return { start, end, from: Math.max(-RIM, start - overlap), to: Math.min(length + RIM, end + overlap) };
  });
}
