import type { Picture } from '../sdxl/picture/picture.ts';
import { enlarge } from './enlarge.ts';
import type { Size } from './plan-tiles.ts';

/** How a caller follows the work and stops it. */
export interface UpscaleWatch {
  /** Looked at before every tile; the work then throws `signal.reason`. */
  readonly signal?: AbortSignal | undefined;
  readonly onTile?: ((done: number, of: number) => void) | undefined;
}

/** Makes pictures larger. */
export interface Upscaler {
  /** For people: `Lanczos`, or the network's. */
  readonly name: string;
  /** The picture at that size, no smaller than it is. */
  enlarge(picture: Picture, size: Size, watch?: UpscaleWatch): Promise<Picture>;
  close(): Promise<void>;
}

/** Needs no network, and is always there. */
export const LANCZOS: Upscaler = {
  name: 'Lanczos',
  enlarge: async (picture, { width, height }) => enlarge(picture, width, height),
  close: async () => undefined,
};
