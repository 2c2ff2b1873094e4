import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder of its own under the system's temp folder. */
export function tempFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'refinery-'));
}

export interface Entry {
  readonly dtype?: unknown;
  readonly shape?: unknown;
  readonly data_offsets?: unknown;
}

/** The bytes of a safetensors file with this header, sound or not, and `dataBytes` bytes of data. */
export function safetensorsBytes(header: Readonly<Record<string, unknown>> | string | Uint8Array, dataBytes: number | Uint8Array = 0): Buffer {
  const json = header instanceof Uint8Array ? header : Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  return Buffer.concat([length, json, typeof dataBytes === 'number' ? Buffer.alloc(dataBytes) : dataBytes]);
}

/** A sound file of float32 tensors. */
export async function writeSafetensors(path: string, tensors: Readonly<Record<string, { readonly dims: readonly number[]; readonly data: Float32Array }>>): Promise<void> {
  const header: Record<string, Entry> = {};
  const parts: Buffer[] = [];
  let offset = 0;
  for (const [name, { dims, data }] of Object.entries(tensors)) {
    parts.push(Buffer.from(data.buffer, data.byteOffset, data.byteLength));
    header[name] = { dtype: 'F32', shape: dims, data_offsets: [offset, offset + data.byteLength] };
    offset += data.byteLength;
  }
  await writeFile(path, safetensorsBytes({ ...header }, Buffer.concat(parts)));
}
