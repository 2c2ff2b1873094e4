import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { elementCount, type Tensor } from '../tensor.ts';

/** The folder is not reference data, or a file of it is damaged. */
export class BrokenReference extends Error {
  override readonly name = 'BrokenReference';
}

/** An array as recorded; `dims` in C order. */
export interface RecordedArray {
  readonly dims: readonly number[];
  readonly data: Float32Array | Int32Array | Uint8Array;
}

/** One topic: its cases as they stand in the JSON file, and its arrays by name. */
export interface Topic {
  readonly json: Readonly<Record<string, unknown>>;
  readonly cases: readonly unknown[];
  /** An array of any type. Throws BrokenReference when it is not there or its checksum is wrong. */
  array(name: string): RecordedArray;
  /** An array of float32. */
  tensor(name: string): Tensor;
}

const Entry = v.object({
  file: v.string(),
  offset: v.pipe(v.number(), v.integer(), v.minValue(0)),
  dtype: v.picklist(['f32', 'i32', 'u8']),
  shape: v.array(v.pipe(v.number(), v.integer(), v.minValue(0))),
  sha256: v.string(),
});
const TopicFile = v.looseObject({ cases: v.array(v.unknown()), arrays: v.optional(v.record(v.string(), Entry)) });

/** Reads `TOPIC.json` and the binary file of its arrays; undefined when the folder has no such topic. */
export async function readTopic(folder: string, name: string): Promise<Topic | undefined> {
  const text = await readFile(join(folder, `${name}.json`), 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  const parsed = v.safeParse(TopicFile, JSON.parse(text));
  if (!parsed.success) throw new BrokenReference(`${name}.json is not a topic: ${v.getDotPath(parsed.issues[0]) ?? 'the file'}: ${parsed.issues[0].message}`);
  const { cases, arrays = {}, ...json } = parsed.output;
  const files = new Map<string, Buffer>();
  for (const file of new Set(Object.values(arrays).map((entry) => entry.file))) files.set(file, await readFile(join(folder, file)));

  const array = (arrayName: string): RecordedArray => {
    const entry = arrays[arrayName];
    const bytes = entry === undefined ? undefined : files.get(entry.file);
    if (entry === undefined || bytes === undefined) throw new BrokenReference(`${name}.json has no array "${arrayName}"`);
    const size = elementCount(entry.shape) * (entry.dtype === 'u8' ? 1 : 4);
    // Copied, so that it is aligned whatever the offset.
    const copy = Uint8Array.from(bytes.subarray(entry.offset, entry.offset + size));
    if (copy.length !== size || createHash('sha256').update(copy).digest('hex') !== entry.sha256) {
      throw new BrokenReference(`${entry.file} is damaged: the array "${arrayName}" does not have the checksum of ${name}.json`);
    }
    if (entry.dtype === 'u8') return { dims: entry.shape, data: copy };
    return { dims: entry.shape, data: entry.dtype === 'f32' ? new Float32Array(copy.buffer) : new Int32Array(copy.buffer) };
  };
  const tensor = (arrayName: string): Tensor => {
    const { dims, data } = array(arrayName);
    if (!(data instanceof Float32Array)) throw new BrokenReference(`${name}.json: the array "${arrayName}" is not float32`);
    return { dims, data };
  };
  return { json, cases, array, tensor };
}
