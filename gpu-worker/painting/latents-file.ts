import { elementCount, tensor, type Tensor } from '../sdxl/tensor.ts';
import { fromHalf, toHalf } from './half-float.ts';

const MAGIC = 'RLAT';
const RANK = 4;
/** Magic, then four dimensions. */
const HEADER_BYTES = 4 + 4 * RANK;
/** 2,048 px pictures have 256 × 256 latents; four pictures of them. */
const MOST_ELEMENTS = 4 * 4 * 256 * 256;

/**
 * Latents as they are kept at the hand-over, [batch, 4, height/8, width/8]: `RLAT`, the four dimensions as uint32, then
 * fp16 values in C order, all little endian. 128 KiB for a 1024² picture.
 */
export function encodeLatents({ dims, data }: Tensor): Uint8Array {
  if (dims.length !== RANK) throw new RangeError(`latents have ${RANK} dimensions, not [${dims.join(', ')}]`);
  const bytes = new Uint8Array(HEADER_BYTES + 2 * data.length);
  const view = new DataView(bytes.buffer);
  bytes.set(Buffer.from(MAGIC, 'latin1'));
  dims.forEach((dim, i) => view.setUint32(4 + 4 * i, dim, true));
  data.forEach((value, i) => view.setUint16(HEADER_BYTES + 2 * i, toHalf(value), true));
  return bytes;
}

/** @returns `undefined` when the bytes are not latents: then the picture is painted from the start */
export function decodeLatentsFile(bytes: Uint8Array): Tensor | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.byteLength < HEADER_BYTES || Buffer.from(bytes.subarray(0, 4)).toString('latin1') !== MAGIC) return undefined;
  const dims = Array.from({ length: RANK }, (_, i) => view.getUint32(4 + 4 * i, true));
  const count = elementCount(dims);
  if (count > MOST_ELEMENTS || bytes.byteLength !== HEADER_BYTES + 2 * count) return undefined;
  return tensor(
    dims,
    Float32Array.from({ length: count }, (_, i) => fromHalf(view.getUint16(HEADER_BYTES + 2 * i, true))),
  );
}
