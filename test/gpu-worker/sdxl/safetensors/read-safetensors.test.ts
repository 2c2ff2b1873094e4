import { rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BadWeights } from '../../../../gpu-worker/sdxl/safetensors/bad-weights.ts';
import { bytesPerElement } from '../../../../gpu-worker/sdxl/safetensors/dtype.ts';
import { parseHeader } from '../../../../gpu-worker/sdxl/safetensors/header.ts';
import { readSafetensors } from '../../../../gpu-worker/sdxl/safetensors/read-safetensors.ts';
import { safetensorsBytes, tempFolder } from './write-safetensors.ts';

let folder: string;
let path: string;

beforeAll(async () => {
  folder = await tempFolder();
  path = join(folder, 'weights.safetensors');
});

afterAll(() => rm(folder, { recursive: true }));

const A = { dtype: 'F32', shape: [2, 3], data_offsets: [0, 24] };
const B = { dtype: 'F16', shape: [4], data_offsets: [24, 32] };

describe('a sound file', () => {
  it('gives every tensor its type, shape and place in the file', async () => {
    const bytes = safetensorsBytes({ __metadata__: { format: 'pt' }, a: A, b: B }, 32);
    await writeFile(path, bytes);
    const { tensors } = await readSafetensors(path);
    const dataStart = bytes.length - 32;
    expect([...tensors.values()]).toEqual([
      { name: 'a', dtype: 'F32', dims: [2, 3], offset: dataStart, length: 24 },
      { name: 'b', dtype: 'F16', dims: [4], offset: dataStart + 24, length: 8 },
    ]);
  });

  it('may have scalars, empty tensors, spaces after its header and tensors in any order', async () => {
    await writeFile(path, safetensorsBytes(`${JSON.stringify({ b: B, none: { dtype: 'F32', shape: [0, 7], data_offsets: [24, 24] }, a: A, one: { dtype: 'I64', shape: [], data_offsets: [32, 40] } })}      `, 40));
    expect([...(await readSafetensors(path)).tensors.keys()]).toEqual(['b', 'none', 'a', 'one']);
  });

  it('is known by its real path, since onnxruntime follows no symlink', async () => {
    await writeFile(path, safetensorsBytes({ a: A }, 24));
    const link = join(folder, 'link.safetensors');
    await symlink(path, link);
    expect((await readSafetensors(link)).path).toBe(path);
  });
});

describe('a file that cannot be trusted', () => {
  const cases: Readonly<Record<string, readonly [bytes: Uint8Array, words: RegExp]>> = {
    'that is empty': [Buffer.alloc(0), /weights\.safetensors: has 0 bytes: too short/],
    'whose header is longer than the format allows': [safetensorsBytesWithLength(100_000_001n), /gives its header 100000001 bytes/],
    'whose header has the largest length there is': [safetensorsBytesWithLength(2n ** 64n - 1n), /gives its header 18446744073709551615 bytes/],
    'that ends inside its header': [safetensorsBytes({ a: A }, 24).subarray(0, 20), /ends inside its header \(byte 20 of \d+\): it is truncated/],
    'whose header is not JSON': [safetensorsBytes('{"a": '), /header that is not JSON/],
    'whose header is a list': [safetensorsBytes('[1, 2]'), /header that is not a JSON object/],
    'whose header is not UTF-8': [safetensorsBytes(Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d])), /header that is not UTF-8/],
    'whose header starts with a byte order mark': [safetensorsBytes('\uFEFF{}'), /header that is not JSON/],
    'with two tensors of one name': [safetensorsBytes(`{"a":${JSON.stringify(A)},"\\u0061":${JSON.stringify(A)}}`, 24), /names "a" twice/],
    'with two shapes for one tensor': [safetensorsBytes('{"a":{"dtype":"U8","shape":[1],"shape":[2],"data_offsets":[0,2]}}', 2), /names "shape" twice/],
    'of an unknown type': [safetensorsBytes({ a: { ...A, dtype: 'F12' } }, 24), /tensor "a" is of an unknown type, "F12"/],
    'of a type that is inherited from Object': [safetensorsBytes({ a: { ...A, dtype: 'constructor' } }, 24), /tensor "a" is of an unknown type/],
    'without a type': [safetensorsBytes({ a: { shape: [2, 3], data_offsets: [0, 24] } }, 24), /tensor "a" has a bad header entry: dtype/],
    'without a shape': [safetensorsBytes({ a: { dtype: 'F32', data_offsets: [0, 24] } }, 24), /tensor "a" has a bad header entry: shape/],
    'with a negative dimension': [safetensorsBytes({ a: { ...A, shape: [-2, -3] } }, 24), /tensor "a" has a bad header entry: shape\.0/],
    'with a fractional dimension': [safetensorsBytes({ a: { ...A, shape: [1.5, 4] } }, 24), /tensor "a" has a bad header entry: shape\.0/],
    'with a dimension that is no number': [safetensorsBytes({ a: { ...A, shape: ['6'] } }, 24), /tensor "a" has a bad header entry: shape\.0/],
    'with a shape whose product is not exact': [safetensorsBytes({ a: { ...A, shape: [2 ** 40, 2 ** 40] } }, 24), /tensor "a" of type F32 and shape \[1099511627776, 1099511627776\] takes/],
    'with one offset': [safetensorsBytes({ a: { ...A, data_offsets: [0] } }, 24), /tensor "a" has a bad header entry: data_offsets/],
    'with a negative offset': [safetensorsBytes({ a: { ...A, data_offsets: [-24, 0] } }, 24), /tensor "a" has a bad header entry: data_offsets\.0/],
    'with NaN for an offset': [safetensorsBytes('{"a":{"dtype":"F32","shape":[2,3],"data_offsets":[NaN,24]}}', 24), /header that is not JSON/],
    'with null for an offset': [safetensorsBytes({ a: { ...A, data_offsets: [null, 24] } }, 24), /tensor "a" has a bad header entry: data_offsets\.0/],
    'with an infinite offset': [safetensorsBytes('{"a":{"dtype":"F32","shape":[2,3],"data_offsets":[0,1e999]}}', 24), /tensor "a" has a bad header entry: data_offsets\.1/],
    'with an offset beyond exact integers': [safetensorsBytes('{"a":{"dtype":"F32","shape":[2,3],"data_offsets":[0,9007199254740993]}}', 24), /tensor "a" has a bad header entry: data_offsets\.1/],
    'with offsets in the wrong order': [safetensorsBytes({ a: { ...A, data_offsets: [24, 0] } }, 24), /tensor "a" ends \(0\) before it begins \(24\)/],
    'whose tensor lies beyond its end': [safetensorsBytes({ a: A, b: B }, 30), /tensor "b" ends at byte \d+, but the file has only \d+: it is truncated, download it again/],
    'whose tensor has fewer bytes than its shape takes': [safetensorsBytes({ a: { ...A, shape: [2, 4] } }, 24), /tensor "a" of type F32 and shape \[2, 4\] takes 32 bytes, but the header gives it 24/],
    'whose tensors overlap': [safetensorsBytes({ a: A, b: { ...B, data_offsets: [20, 28] } }, 28), /tensor "b" overlaps tensor "a" by 4 bytes/],
    'with one tensor inside another': [safetensorsBytes({ a: A, b: { ...B, data_offsets: [8, 16] } }, 24), /tensor "b" overlaps tensor "a" by 16 bytes/],
    'with a hole': [safetensorsBytes({ a: A, b: { ...B, data_offsets: [32, 40] } }, 40), /tensor "b" begins 8 bytes after the one before it/],
    'with bytes of no tensor at its end': [safetensorsBytes({ a: A }, 26), /has 2 bytes at its end that belong to no tensor/],
    'whose metadata is not texts': [safetensorsBytes({ __metadata__: { a: 1 } }), /__metadata__ that is not a table of texts/],
    'that is a zipped pickle': [Buffer.from('PK\u0003\u0004\u0000\u0000\u0000\u0000archive/data.pkl'), /is a PyTorch pickle, which can run code/],
    'that is a bare pickle': [Buffer.from([0x80, 0x02, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9]), /is a PyTorch pickle/],
    'that is a Git LFS pointer': [Buffer.from('version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 5\n'), /is a Git LFS pointer, not the weights: run `git lfs pull`/],
  };

  for (const [what, [bytes, words]] of Object.entries(cases)) {
    it(`is refused: one ${what}`, async () => {
      await writeFile(path, bytes);
      const error = await readSafetensors(path).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(BadWeights);
      expect(String(error)).toMatch(words);
      expect(String(error)).toContain(path);
    });
  }

  it('is refused: one that is not there, and a folder', async () => {
    await expect(readSafetensors(join(folder, 'none.safetensors'))).rejects.toThrow(/none\.safetensors: cannot be opened/);
    await expect(readSafetensors(folder)).rejects.toThrow(/is not a file/);
  });
});

describe('any header at all', () => {
  const junk = fc.oneof(fc.jsonValue(), fc.double(), fc.constant('F32'), fc.integer({ min: -4, max: 40 }));
  const entry = fc.record(
    {
      dtype: fc.oneof({ weight: 5, arbitrary: fc.constantFrom('F32', 'F16', 'BF16', 'U8') }, junk),
      shape: fc.oneof({ weight: 5, arbitrary: fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 2 }) }, junk),
      data_offsets: fc.oneof({ weight: 5, arbitrary: fc.tuple(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 40 })) }, junk),
    },
    { requiredKeys: [] },
  );

  it('either gives tensors that tile the data exactly, or is refused as BadWeights', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ maxLength: 3 }), fc.oneof({ weight: 4, arbitrary: entry }, junk), { maxKeys: 4 }), fc.nat(48), (header, dataBytes) => {
        checkParse(JSON.stringify(header), dataBytes);
      }),
      { numRuns: 2000 },
    );
  });

  it('either parses or is refused as BadWeights when a sound header has bytes changed', () => {
    const sound = JSON.stringify({ __metadata__: { format: 'pt' }, a: A, b: B });
    const change = fc.tuple(fc.nat(sound.length - 1), fc.constantFrom(...'0123456789-.eE{}[]",:\\anFU '));
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), (changes) => {
        const chars = [...sound];
        for (const [at, char] of changes) chars[at] = char;
        checkParse(chars.join(''), 32);
      }),
      { numRuns: 3000 },
    );
  });

  /** Whatever the header says, what comes out must be safe to map: within the file, of the right length, disjoint, complete. */
  function checkParse(json: string, dataBytes: number): void {
    const dataStart = 100;
    let tensors;
    try {
      ({ tensors } = parseHeader('any', json, dataStart, dataStart + dataBytes));
    } catch (error) {
      expect(error).toBeInstanceOf(BadWeights);
      return;
    }
    let end = dataStart;
    for (const tensor of [...tensors.values()].toSorted((a, b) => a.offset - b.offset || a.length - b.length)) {
      expect(tensor.offset).toBe(end);
      expect(tensor.length).toBe(tensor.dims.reduce((n, dim) => n * dim, 1) * bytesPerElement(tensor.dtype));
      end = tensor.offset + tensor.length;
    }
    expect(end).toBe(dataStart + dataBytes);
  }
});

function safetensorsBytesWithLength(length: bigint): Buffer {
  const bytes = Buffer.alloc(64);
  bytes.writeBigUInt64LE(length);
  return bytes;
}
