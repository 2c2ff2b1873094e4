import type { UpscalingLayers } from '../../sdxl/networks/layers.ts';
import type { Weights } from '../../sdxl/safetensors/weights.ts';

/** Names of a network's tensors and what their graph looks like: `picture` [1, 3·u², h/u, w/u] in 0…1 → `enlarged` [1, 3, scale·h, scale·w]. */
export interface UpscalingNetwork {
  /** How many times larger, per side, its pictures become. */
  readonly scale: number;
  /** u: so many pixels, per side, go into the network as channels of one. */
  readonly unshuffle: number;
  /** Pixels around a tile that the network must see for the tile to come out as in the whole picture. */
  readonly overlap: number;
  /** Bytes that one pixel of a tile takes while the network runs, at most, in float32. */
  readonly bytesPerPixel: number;
  readonly weights: Weights;
  /** Throws `BadWeights`, naming the first tensor that is missing or has another shape. */
  build(layers: UpscalingLayers): void;
}
