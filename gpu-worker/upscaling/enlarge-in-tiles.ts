import type { Picture } from '../sdxl/picture/picture.ts';
import { type Tensor, tensor } from '../sdxl/tensor.ts';
import { lanczosTaps } from './lanczos-taps.ts';
import type { UpscalingNetwork } from './networks/upscaling-network.ts';
import { type Rectangle, type Size, planTiles } from './plan-tiles.ts';
import { resampleTile } from './resample-tile.ts';
import type { UpscaleWatch } from './upscaler.ts';

/** [1, 3·u², h/u, w/u] in 0…1 → [1, 3, scale·h, scale·w]. */
export type RunNetwork = (picture: Tensor) => Promise<Tensor>;

/** What a network may take for one tile; a session keeps it for the next. */
export const TILE_BYTES = 384 * 2 ** 20;
/** More would gain nothing: what is computed twice at the borders is a fifth of it already. */
const LARGEST_EDGE = 384;

/** The longest side of a tile that the network has room for, borders included. */
export function tileEdge({ bytesPerPixel, overlap, unshuffle }: UpscalingNetwork, bytes = TILE_BYTES): number {
  const fitting = Math.min(LARGEST_EDGE, Math.floor(Math.sqrt(bytes / bytesPerPixel)));
  // Below this the borders would be most of a tile.
  return Math.max(fitting - (fitting % unshuffle), 4 * overlap);
}

/**
 * Enlarges a picture tile by tile. A network has one scale; every other one is reached by Lanczos3 from there, aligned, with the tile's border
 * at hand, so that the result is that of the whole picture. Memory: a tile's (`tileEdge`), and the result's bytes.
 */
export async function enlargeInTiles(network: UpscalingNetwork, run: RunNetwork, picture: Picture, to: Size, edge: number, { signal, onTile }: UpscaleWatch = {}): Promise<Picture> {
  const { scale, unshuffle, overlap } = network;
  const taps = { across: lanczosTaps(picture.width * scale, to.width), down: lanczosTaps(picture.height * scale, to.height) };
  const rgb = new Uint8ClampedArray(to.width * to.height * 3);
  const tiles = planTiles(picture, edge, overlap);
  for (const [i, { inner, outer }] of tiles.entries()) {
    // Not before the first: what is done in one tile is done sooner than given up.
    if (i > 0) signal?.throwIfAborted();
    const enlarged = await run(toInput(picture, outer, unshuffle));
    const origin = { left: outer.left * scale, top: outer.top * scale };
    resampleTile(enlarged, origin, taps, rgb, to, scaled(inner, picture, to));
    onTile?.(i + 1, tiles.length);
  }
  return { ...to, rgb: new Uint8Array(rgb.buffer) };
}

/** Where a part of the picture lies in the result; neighbours share their borders. */
function scaled({ left, top, width, height }: Rectangle, from: Size, to: Size): Rectangle {
  const x = (pixel: number) => Math.round((pixel * to.width) / from.width);
  const y = (pixel: number) => Math.round((pixel * to.height) / from.height);
  return { left: x(left), top: y(top), width: x(left + width) - x(left), height: y(top + height) - y(top) };
}

/** A part of the picture as planes of 0…1; blocks of u × u pixels as channels, in PyTorch's order. Outside the picture its nearest pixel goes on. */
function toInput({ width, height, rgb }: Picture, part: Rectangle, u: number): Tensor {
  const rows = Math.ceil(part.height / u);
  const columns = Math.ceil(part.width / u);
  const input = tensor([1, 3 * u * u, rows, columns]);
  let at = 0;
  for (let channel = 0; channel < 3 * u * u; channel++) {
    const colour = Math.floor(channel / (u * u));
    const dy = Math.floor(channel / u) % u;
    const dx = channel % u;
    for (let row = 0; row < rows; row++) {
      const y = clamp(part.top + row * u + dy, height);
      for (let column = 0; column < columns; column++) {
        const x = clamp(part.left + column * u + dx, width);
        input.data[at++] = (rgb[(y * width + x) * 3 + colour] ?? 0) / 255;
      }
    }
  }
  return input;
}

function clamp(place: number, length: number): number {
  return Math.min(Math.max(place, 0), length - 1);
}
