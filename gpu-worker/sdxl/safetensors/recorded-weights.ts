import type { Weights } from './weights.ts';

/** Weights that remember what was taken of them: once a graph is built, name → shape of all that it uses. */
export interface RecordedWeights extends Weights {
  readonly taken: ReadonlyMap<string, readonly number[]>;
}

export function recordWeights(weights: Weights): RecordedWeights {
  const taken = new Map<string, readonly number[]>();
  return {
    taken,
    has: (name) => weights.has(name),
    take(name, dims) {
      const weight = weights.take(name, dims);
      taken.set(name, dims);
      return weight;
    },
  };
}
