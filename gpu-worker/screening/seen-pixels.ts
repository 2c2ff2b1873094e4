import type { Picture } from '../sdxl/picture/picture.ts';
import { type Tensor, tensor } from '../sdxl/tensor.ts';
import { SEEN_EDGE } from './classifier-graph.ts';

const CHANNELS = 3;

/**
 * What the classifier is shown of a picture: squeezed to a square as TensorFlow.js's `resizeBilinear` with `alignCorners` does it, since
 * its weights were used to that, and scaled to 0 … 1. [1, 3, 224, 224]
 */
export function seenPixels({ width, height, rgb }: Picture): Tensor {
  const seen = tensor([1, CHANNELS, SEEN_EDGE, SEEN_EDGE]);
  const columns = Array.from({ length: SEEN_EDGE }, (_, x) => between(x, width));
  const plane = SEEN_EDGE * SEEN_EDGE;
  for (let y = 0; y < SEEN_EDGE; y += 1) {
    const row = between(y, height);
    for (const [x, column] of columns.entries()) {
      for (let c = 0; c < CHANNELS; c += 1) {
        const at = (rowIndex: number, columnIndex: number) => (rgb[(rowIndex * width + columnIndex) * CHANNELS + c] ?? 0) / 255;
        const top = mixed(at(row.before, column.before), at(row.before, column.after), column.part);
        const bottom = mixed(at(row.after, column.before), at(row.after, column.after), column.part);
        seen.data[c * plane + y * SEEN_EDGE + x] = mixed(top, bottom, row.part);
      }
    }
  }
  return seen;
}

/** The two samples that a point of the small grid lies between: corners lie on corners. */
function between(i: number, length: number): { readonly before: number; readonly after: number; readonly part: number } {
  const place = (i * (length - 1)) / (SEEN_EDGE - 1);
  const before = Math.floor(place);
  return { before, after: Math.min(length - 1, Math.ceil(place)), part: place - before };
}

function mixed(a: number, b: number, part: number): number {
  return a + (b - a) * part;
}
