import type { UNet, UNetInput } from '../networks/unet.ts';
import { type Tensor, tensor } from '../tensor.ts';
import { InvalidRequest } from './invalid-request.ts';
import type { SdxlModel } from './sdxl.ts';

export interface Windows {
  /** Edge of a window in pixels, a multiple of 8: what the model was trained on. */
  readonly pixels: number;
  /** The least share of a window's edge that it has in common with its neighbour, 0 … 1; 0.25 by default. */
  readonly overlap?: number | undefined;
}

/**
 * A model whose UNet sees a large picture in windows of its native size, so that memory is that of one window whatever the picture's size.
 * What it says of each is averaged at every step where they overlap (MultiDiffusion, Bar-Tal et al. 2023, https://arxiv.org/abs/2302.08113),
 * with weights that fall towards a window's edge (Mixture of Diffusers, Jiménez 2023, https://arxiv.org/abs/2302.02412): latents and noise
 * are those of the whole picture, and there is no seam to hide. `signal` is looked at before every window.
 */
export function inWindows(model: SdxlModel, windows: Windows | undefined, signal?: AbortSignal): SdxlModel {
  if (windows === undefined) return model;
  const { checkpoint } = model;
  return { ...model, checkpoint: { ...checkpoint, unet: windowedUNet(checkpoint.unet, windows, checkpoint.vae.config.pixelsPerLatent, signal) } };
}

/** The UNet alone. Throws InvalidRequest for impossible windows. */
export function windowedUNet(unet: UNet, { pixels, overlap = 0.25 }: Windows, pixelsPerLatent: number, signal?: AbortSignal): UNet {
  const edge = pixels / pixelsPerLatent;
  if (!Number.isInteger(edge) || edge <= 0) throw new InvalidRequest(`Windows of ${pixels} pixels: give a positive multiple of ${pixelsPerLatent}.`);
  if (!(overlap > 0 && overlap < 1)) throw new InvalidRequest(`Windows overlap by ${overlap}: give a fraction between 0 and 1.`);
  return {
    ...unet,
    predict: async (input) => {
      const [, , height = 0, width = 0] = input.sample.dims;
      if (height <= edge && width <= edge) return unet.predict(input);
      const down = layOutWindows(height, edge, overlap);
      const across = layOutWindows(width, edge, overlap);
      const sum = tensor(input.sample.dims);
      const total = new Float32Array(height * width);
      for (const top of down.starts) {
        for (const left of across.starts) {
          signal?.throwIfAborted();
          const window = { top, left, rows: down.size, columns: across.size };
          const predicted = await unet.predict(inWindow(input, window, pixelsPerLatent));
          addWeighted(sum, total, predicted, window, down.weights, across.weights);
        }
      }
      return tensor(sum.dims, sum.data.map((value, i) => value / (total[i % total.length] ?? 1)));
    },
  };
}

/** In latents. */
interface Window {
  readonly top: number;
  readonly left: number;
  readonly rows: number;
  readonly columns: number;
}

/** Windows of one size along an axis, spread evenly, and each place's weight in one: it rises over what neighbours have in common. */
export interface Layout {
  readonly size: number;
  readonly starts: readonly number[];
  readonly weights: readonly number[];
}

/** Windows of `edge` along an axis of `length`, neighbours of which have at least `overlap` of an edge in common; all in latents. */
export function layOutWindows(length: number, edge: number, overlap: number): Layout {
  if (length <= edge) return { size: length, starts: [0], weights: Array.from({ length }, () => 1) };
  const common = Math.max(1, Math.round(edge * overlap));
  const count = Math.ceil((length - common) / (edge - common));
  const starts = Array.from({ length: count }, (_, i) => Math.round((i * (length - edge)) / (count - 1)));
  const furthest = Math.max(...starts.slice(1).map((start, i) => start - (starts[i] ?? 0)));
  const rise = edge - furthest;
  return { size: edge, starts, weights: Array.from({ length: edge }, (_, i) => Math.min(1, (i + 0.5) / rise, (edge - i - 0.5) / rise)) };
}

/**
 * What lies in the window, told as SDXL was told of training pictures that were cut out of larger ones: the size of the whole, how far from its
 * corner, and for a base, whose six time ids end with the size to paint, the window's own (Podell et al. 2023, section 2.2).
 */
function inWindow(input: UNetInput, { top, left, rows, columns }: Window, pixelsPerLatent: number): UNetInput {
  const { dims: [samples = 0, count = 0], data } = input.timeIds;
  const ids = Float32Array.from(data);
  for (let at = 0; at < samples * count; at += count) {
    ids[at + 2] = (ids[at + 2] ?? 0) + top * pixelsPerLatent;
    ids[at + 3] = (ids[at + 3] ?? 0) + left * pixelsPerLatent;
    if (count !== 6) continue;
    ids[at + 4] = rows * pixelsPerLatent;
    ids[at + 5] = columns * pixelsPerLatent;
  }
  return { ...input, sample: cut(input.sample, { top, left, rows, columns }), timeIds: tensor([samples, count], ids) };
}

function cut({ dims: [n = 0, channels = 0, height = 0, width = 0], data }: Tensor, { top, left, rows, columns }: Window): Tensor {
  const part = tensor([n, channels, rows, columns]);
  for (let line = 0; line < n * channels * rows; line++) {
    const from = (Math.floor(line / rows) * height + top + (line % rows)) * width + left;
    part.data.set(data.subarray(from, from + columns), line * columns);
  }
  return part;
}

function addWeighted(sum: Tensor, total: Float32Array, part: Tensor, { top, left, rows, columns }: Window, down: readonly number[], across: readonly number[]): void {
  const [n = 0, channels = 0, height = 0, width = 0] = sum.dims;
  for (let plane = 0; plane < n * channels; plane++) {
    for (let y = 0; y < rows; y++) {
      for (let x = 0; x < columns; x++) {
        const weight = (down[y] ?? 0) * (across[x] ?? 0);
        const place = (top + y) * width + left + x;
        const at = plane * height * width + place;
        sum.data[at] = (sum.data[at] ?? 0) + weight * (part.data[(plane * rows + y) * columns + x] ?? 0);
        if (plane === 0) total[place] = (total[place] ?? 0) + weight;
      }
    }
  }
}
