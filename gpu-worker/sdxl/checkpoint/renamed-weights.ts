import type { Weights } from '../safetensors/weights.ts';

/** Weights of a file that calls each module something else; parameters (`.weight`, `.bias`) keep their names. */
export function renamedWeights(weights: Weights, rename: (module: string) => string): Weights {
  const inFile = (name: string): string => {
    const dot = name.lastIndexOf('.');
    return rename(name.slice(0, dot)) + name.slice(dot);
  };
  return { has: (name) => weights.has(inFile(name)), take: (name, dims) => weights.take(inFile(name), dims) };
}
