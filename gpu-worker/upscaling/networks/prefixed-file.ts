import type { SafetensorsFile } from '../../sdxl/safetensors/read-safetensors.ts';
import { type Weights, weightsOf } from '../../sdxl/safetensors/weights.ts';

/** A file whose names all begin with the same prefix, and are asked for without it. */
export interface PrefixedFile {
  readonly file: SafetensorsFile;
  readonly prefix: string;
  /** A tensor's shape; undefined when there is no such tensor. */
  dims(name: string): readonly number[] | undefined;
  readonly weights: Weights;
}

export function withPrefix(file: SafetensorsFile, prefix: string): PrefixedFile {
  const all = weightsOf([file]);
  return {
    file,
    prefix,
    dims: (name) => file.tensors.get(prefix + name)?.dims,
    weights: { has: (name) => all.has(prefix + name), take: (name, dims) => all.take(prefix + name, dims) },
  };
}
