import { writeFile } from 'node:fs/promises';
import type { Dtype } from './dtype.ts';

/** A tensor's bytes as they are to stand in the file: C order, little endian. */
export interface TensorBytes {
  readonly dtype: Dtype;
  readonly dims: readonly number[];
  readonly bytes: Uint8Array;
}

/** Writes a safetensors file (https://huggingface.co/docs/safetensors), its tensors in the order given; the same input gives the same bytes. */
export async function writeSafetensors(path: string, tensors: Readonly<Record<string, TensorBytes>>, metadata: Readonly<Record<string, string>> = {}): Promise<void> {
  const header: Record<string, unknown> = { __metadata__: metadata };
  let end = 0;
  for (const [name, { dtype, dims, bytes }] of Object.entries(tensors)) {
    header[name] = { dtype, shape: dims, data_offsets: [end, end + bytes.byteLength] };
    end += bytes.byteLength;
  }
  const json = Buffer.from(JSON.stringify(header));
  // The data begins at a multiple of 8, as the format's own writer has it.
  const padded = Buffer.concat([json, Buffer.alloc((8 - (json.length % 8)) % 8, ' ')]);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(padded.length));
  await writeFile(path, [length, padded, ...Object.values(tensors).map(({ bytes }) => bytes)]);
}
