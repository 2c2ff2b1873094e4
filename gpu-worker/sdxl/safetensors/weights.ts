import { BadWeights } from './bad-weights.ts';
import type { StoredTensor } from './header.ts';
import type { SafetensorsFile } from './read-safetensors.ts';

/** A tensor and the file (real path) it lies in. */
export interface Weight extends StoredTensor {
  readonly file: string;
  /** A matrix that lies in its file the other way round than `dims` says. */
  readonly transposed?: boolean;
}

/** The weights of one network, from one file or from shards. */
export interface Weights {
  /** The tensor of that name and shape. Throws `BadWeights` naming the tensor, the file, and both shapes. */
  take(name: string, dims: readonly number[]): Weight;
  has(name: string): boolean;
}

/** Weights over files that were read. */
export function weightsOf(files: readonly Pick<SafetensorsFile, 'path' | 'tensors'>[]): Weights {
  const all = new Map<string, Weight>();
  for (const { path, tensors } of files) {
    for (const tensor of tensors.values()) {
      const other = all.get(tensor.name);
      if (other !== undefined) throw new BadWeights(path, tensor.name, `is also in ${other.file}`);
      all.set(tensor.name, { ...tensor, file: path });
    }
  }
  const where = files.map((file) => file.path).join(', ');
  return {
    has: (name) => all.has(name),
    take(name, dims) {
      const weight = all.get(name);
      if (weight === undefined) {
        throw new BadWeights(where, name, `is missing (shape [${dims.join(', ')}] expected): is this the file of another network, or of another model family?`);
      }
      if (!sameShape(weight.dims, dims)) {
        throw new BadWeights(weight.file, name, `has shape [${weight.dims.join(', ')}], but the model's config asks for [${dims.join(', ')}]`);
      }
      return { ...weight, dims };
    },
  };
}

/** Whether the bytes can stand for either shape: a 1×1 convolution's [out, in, 1, 1] is a linear layer's [out, in]. */
function sameShape(found: readonly number[], expected: readonly number[]): boolean {
  return withoutTrailingOnes(found).join() === withoutTrailingOnes(expected).join();
}

function withoutTrailingOnes(dims: readonly number[]): readonly number[] {
  const last = dims.findLastIndex((dim, axis) => dim !== 1 || axis < 1);
  return dims.slice(0, last + 1);
}
