import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as v from 'valibot';
import { type Tensor, elementCount, tensor } from '../../sdxl/tensor.ts';

const manifest = v.object({
  weightsManifest: v.array(
    v.object({
      paths: v.array(v.string()),
      weights: v.array(v.object({ name: v.string(), shape: v.array(v.number()), dtype: v.literal('float32') })),
    }),
  ),
});

const BYTES = 4;

/** The weights of a TensorFlow.js model by name: each group's shards stand one behind the other, and so do its tensors in them. */
export async function readTfjsWeights(modelJson: string): Promise<ReadonlyMap<string, Tensor>> {
  const { weightsManifest } = v.parse(manifest, JSON.parse(await readFile(modelJson, 'utf8')));
  const tensors = new Map<string, Tensor>();
  for (const { paths, weights } of weightsManifest) {
    const bytes = Buffer.concat(await Promise.all(paths.map((path) => readFile(join(dirname(modelJson), path)))));
    let at = 0;
    for (const { name, shape } of weights) {
      const count = elementCount(shape);
      const end = at + count * BYTES;
      if (end > bytes.length) throw new RangeError(`${modelJson}: ${name} ends beyond the shards`);
      tensors.set(name, tensor(shape, new Float32Array(bytes.buffer.slice(bytes.byteOffset + at, bytes.byteOffset + end))));
      at = end;
    }
    if (at !== bytes.length) throw new RangeError(`${modelJson}: the shards hold ${bytes.length - at} bytes more than the tensors that are listed`);
  }
  return tensors;
}
