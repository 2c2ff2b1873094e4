import type { Picture } from './picture.ts';
import { resizePicture } from './resize-lanczos.ts';

/** The picture at a size the VAE can encode: width and height rounded DOWN to multiples of `multiple` (8), Lanczos. */
export function fitSize(picture: Picture, multiple: number): Picture {
  const width = picture.width - (picture.width % multiple);
  const height = picture.height - (picture.height % multiple);
  return width === picture.width && height === picture.height ? picture : resizePicture(picture, width, height);
}
