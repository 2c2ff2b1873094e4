import { readFile, writeFile } from 'node:fs/promises';
import type { StoredTensor } from '../../../../gpu-worker/sdxl/safetensors/header.ts';
import { readSafetensors } from '../../../../gpu-worker/sdxl/safetensors/read-safetensors.ts';
import { safetensorsBytes } from './write-safetensors.ts';

/** A tensor with its bytes. */
export interface RawTensor extends Pick<StoredTensor, 'dtype' | 'dims'> {
  readonly bytes: Buffer;
}

export async function readRawTensors(path: string): Promise<Map<string, RawTensor>> {
  const bytes = await readFile(path);
  const { tensors } = await readSafetensors(path);
  return new Map([...tensors.values()].map(({ name, dtype, dims, offset, length }) => [name, { dtype, dims, bytes: bytes.subarray(offset, offset + length) }]));
}

export async function writeRawTensors(path: string, tensors: ReadonlyMap<string, RawTensor>, metadata?: Readonly<Record<string, string>>): Promise<void> {
  const header: Record<string, unknown> = metadata === undefined ? {} : { __metadata__: metadata };
  let offset = 0;
  for (const [name, { dtype, dims, bytes }] of tensors) {
    header[name] = { dtype, shape: dims, data_offsets: [offset, offset + bytes.length] };
    offset += bytes.length;
  }
  await writeFile(path, safetensorsBytes(header, Buffer.concat([...tensors.values()].map(({ bytes }) => bytes))));
}

export function float32Tensor(dims: readonly number[], values: readonly number[]): RawTensor {
  return { dtype: 'F32', dims, bytes: Buffer.from(Float32Array.from(values).buffer) };
}

/** The upper halves of float32 numbers: bfloat16, rounded towards zero. */
export function toBfloat16({ dtype, dims, bytes }: RawTensor): RawTensor {
  if (dtype !== 'F32') throw new TypeError(`a tensor of ${dtype}; float32 was expected`);
  const halves = Buffer.alloc(bytes.length / 2);
  for (let i = 0; i < halves.length; i += 2) halves.writeUInt16LE(bytes.readUInt16LE(2 * i + 2), i);
  return { dtype: 'BF16', dims, bytes: halves };
}
