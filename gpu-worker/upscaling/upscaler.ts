import type { Picture } from '../sdxl/picture/picture.ts';
import { enlarge } from './enlarge.ts';
import type { Size } from './plan-tiles.ts';

/** How a caller follows the work and stops it. */
export interface UpscaleWatch {
  /** Looked at between tiles; the work then throws `signal.reason`. */
  readonly signal?: AbortSignal | undefined;
  readonly onTile?: ((done: number, of: number) => void) | undefined;
}

export interface Enlarged {
  readonly picture: Picture;
  /** What enlarged it, for people; absent where nothing had to. */
  readonly by?: string;
}

/** Makes pictures larger. */
export interface Upscaler {
  /** The picture at that size, no smaller than it is. */
  enlarge(picture: Picture, size: Size, watch?: UpscaleWatch): Promise<Enlarged>;
  close(): Promise<void>;
}

/** Needs no network, and is always there. */
export const LANCZOS: Upscaler = {
  enlarge: async (picture, size) => (isOfSize(picture, size) ? { picture } : { picture: enlarge(picture, size.width, size.height), by: 'Lanczos' }),
  close: async () => undefined,
};

export function isOfSize({ width, height }: Picture, size: Size): boolean {
  return width === size.width && height === size.height;
}
