import type { Vae } from '../networks/vae.ts';
import { type Tensor, tensor } from '../tensor.ts';
import { InvalidRequest } from './invalid-request.ts';

export interface Tiling {
  /** Edge of a tile in pixels, a multiple of 8. A 1024² decode wants 3.2 GB in one piece, 1.1 GB in tiles of 512. */
  readonly pixels: number;
  /** Share of a tile's edge that it has in common with its neighbour, 0 … 1; 0.25 by default. */
  readonly overlap?: number | undefined;
}

/**
 * A VAE that works in tiles where a picture is larger than one, blended over their overlap as diffusers' AutoencoderKL does
 * (`enable_tiling`, https://github.com/huggingface/diffusers/blob/v0.31.0/src/diffusers/models/autoencoders/autoencoder_kl.py).
 * Not equal to the VAE in one piece: its attention and norms see a tile only. Throws InvalidRequest for impossible tiles.
 */
export function tiledVae(vae: Vae, { pixels, overlap = 0.25 }: Tiling): Vae {
  const ratio = vae.config.pixelsPerLatent;
  if (!Number.isInteger(pixels / ratio) || pixels <= 0) throw new InvalidRequest(`VAE tiles of ${pixels} pixels: give a positive multiple of ${ratio}.`);
  if (!(overlap >= 0 && overlap < 1)) throw new InvalidRequest(`VAE tiles overlap by ${overlap}: give a fraction below 1.`);
  const latents = pixels / ratio;
  return {
    config: vae.config,
    encode: async (picture) => {
      if (fits(picture, pixels)) return vae.encode(picture);
      // Mean and log variance are blended alike: as channels of one tensor, as in diffusers.
      const encode = async (tile: Tensor) => {
        const { mean, logvar } = await vae.encode(tile);
        return joinChannels(mean, logvar);
      };
      const moments = await inTiles(picture, pixels, overlap, latents, encode);
      return splitChannels(moments, vae.config.latentChannels);
    },
    decode: async (all) => (fits(all, latents) ? vae.decode(all) : inTiles(all, latents, overlap, pixels, (tile) => vae.decode(tile))),
    close: () => vae.close(),
  };
}

function fits({ dims: [, , height = 0, width = 0] }: Tensor, edge: number): boolean {
  return height <= edge && width <= edge;
}

/** Maps tiles of `edge` to tiles of `toEdge` and puts those together. */
async function inTiles(whole: Tensor, edge: number, overlap: number, toEdge: number, map: (tile: Tensor) => Promise<Tensor>): Promise<Tensor> {
  const [, , height = 0, width = 0] = whole.dims;
  const stride = Math.trunc(edge * (1 - overlap));
  const extent = Math.trunc(toEdge * overlap);
  const kept = toEdge - extent;

  const rows: Tensor[][] = [];
  for (let y = 0; y < height; y += stride) {
    const row: Tensor[] = [];
    for (let x = 0; x < width; x += stride) row.push(await map(crop(whole, y, x, edge)));
    rows.push(row);
  }
  for (const [i, row] of rows.entries()) {
    for (const [j, tile] of row.entries()) {
      const above = rows[i - 1]?.[j];
      const left = row[j - 1];
      if (above !== undefined) blend(above, tile, extent, 'down');
      if (left !== undefined) blend(left, tile, extent, 'across');
    }
  }
  return assemble(rows.map((row) => row.map((tile) => crop(tile, 0, 0, kept))));
}

/** At most `edge` × `edge` from (top, left), copied. */
function crop({ dims, data }: Tensor, top: number, left: number, edge: number): Tensor {
  const [n = 0, channels = 0, height = 0, width = 0] = dims;
  const rows = Math.min(edge, height - top);
  const columns = Math.min(edge, width - left);
  const cropped = tensor([n, channels, rows, columns]);
  for (let plane = 0; plane < n * channels; plane++) {
    for (let y = 0; y < rows; y++) {
      const from = (plane * height + top + y) * width + left;
      cropped.data.set(data.subarray(from, from + columns), (plane * rows + y) * columns);
    }
  }
  return cropped;
}

/** Fades the end of `before` into the beginning of `tile`, which is changed. */
function blend(before: Tensor, tile: Tensor, wanted: number, direction: 'down' | 'across'): void {
  const axis = direction === 'down' ? 2 : 3;
  const extent = Math.min(before.dims[axis] ?? 0, tile.dims[axis] ?? 0, wanted);
  const [n = 0, channels = 0, height = 0, width = 0] = tile.dims;
  const [, , beforeHeight = 0, beforeWidth = 0] = before.dims;
  const rows = direction === 'down' ? extent : Math.min(height, beforeHeight);
  const columns = direction === 'down' ? Math.min(width, beforeWidth) : extent;
  for (let plane = 0; plane < n * channels; plane++) {
    for (let y = 0; y < rows; y++) {
      for (let x = 0; x < columns; x++) {
        const weight = (direction === 'down' ? y : x) / extent;
        const beforeY = direction === 'down' ? beforeHeight - extent + y : y;
        const beforeX = direction === 'down' ? x : beforeWidth - extent + x;
        const at = (plane * height + y) * width + x;
        const old = before.data[(plane * beforeHeight + beforeY) * beforeWidth + beforeX] ?? 0;
        tile.data[at] = old * (1 - weight) + (tile.data[at] ?? 0) * weight;
      }
    }
  }
}

function assemble(rows: readonly (readonly Tensor[])[]): Tensor {
  const [n = 0, channels = 0] = rows[0]?.[0]?.dims ?? [];
  const height = rows.reduce((sum, row) => sum + (row[0]?.dims[2] ?? 0), 0);
  const width = (rows[0] ?? []).reduce((sum, tile) => sum + (tile.dims[3] ?? 0), 0);
  const whole = tensor([n, channels, height, width]);
  let top = 0;
  for (const row of rows) {
    let left = 0;
    for (const { dims, data } of row) {
      const [, , tileHeight = 0, tileWidth = 0] = dims;
      for (let plane = 0; plane < n * channels; plane++) {
        for (let y = 0; y < tileHeight; y++) {
          const from = (plane * tileHeight + y) * tileWidth;
          whole.data.set(data.subarray(from, from + tileWidth), (plane * height + top + y) * width + left);
        }
      }
      left += tileWidth;
    }
    top += row[0]?.dims[2] ?? 0;
  }
  return whole;
}

function joinChannels(first: Tensor, second: Tensor): Tensor {
  const [n = 0, channels = 0, height = 0, width = 0] = first.dims;
  const length = channels * height * width;
  const joined = tensor([n, 2 * channels, height, width]);
  for (let i = 0; i < n; i++) {
    joined.data.set(first.data.subarray(i * length, (i + 1) * length), 2 * i * length);
    joined.data.set(second.data.subarray(i * length, (i + 1) * length), (2 * i + 1) * length);
  }
  return joined;
}

function splitChannels(joined: Tensor, channels: number): { readonly mean: Tensor; readonly logvar: Tensor } {
  const [n = 0, , height = 0, width = 0] = joined.dims;
  const length = channels * height * width;
  const mean = tensor([n, channels, height, width]);
  const logvar = tensor([n, channels, height, width]);
  for (let i = 0; i < n; i++) {
    mean.data.set(joined.data.subarray(2 * i * length, (2 * i + 1) * length), i * length);
    logvar.data.set(joined.data.subarray((2 * i + 1) * length, (2 * i + 2) * length), i * length);
  }
  return { mean, logvar };
}
