/** A finished picture: 8-bit RGB, row by row, three bytes a pixel. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly rgb: Uint8Array;
}

/** A mask for inpainting: one byte a pixel, 255 = repaint, 0 = keep. */
export interface Mask {
  readonly width: number;
  readonly height: number;
  readonly grey: Uint8Array;
}
