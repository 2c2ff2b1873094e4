import { noiseForBatch, noisePerPicture, type NoiseSource } from '../pipeline/noise-source.ts';
import type { Tensor } from '../tensor.ts';
import type { Comparison } from './case-result.ts';
import { largestDifference } from './compare.ts';
import { BrokenReference } from './reference-folder.ts';

/** The engine's own noise for a case's seeds, with every draw compared with the recorded one. */
export class RecordedNoise implements NoiseSource {
  readonly #source: NoiseSource | undefined;
  readonly #expected: readonly Tensor[];
  readonly #comparisons: Comparison[] = [];

  constructor({ seed, seeds }: { readonly seed?: number | undefined; readonly seeds?: readonly number[] | undefined }, expected: readonly Tensor[]) {
    this.#source = seeds !== undefined ? noisePerPicture(seeds) : seed !== undefined ? noiseForBatch(seed) : undefined;
    this.#expected = expected;
  }

  draw(dims: readonly number[]): Float32Array {
    return this.#record(this.#own().draw(dims));
  }

  drawForSharedInput(dims: readonly number[]): Float32Array {
    return this.#record(this.#own().drawForSharedInput(dims));
  }

  snapshot(): ReturnType<NoiseSource['snapshot']> {
    return this.#own().snapshot();
  }

  restore(states: Parameters<NoiseSource['restore']>[0]): void {
    this.#own().restore(states);
  }

  /** One per draw, and whether there were as many as recorded. */
  comparisons(): readonly Comparison[] {
    return [...this.#comparisons, { what: 'number of draws', error: Math.abs(this.#comparisons.length - this.#expected.length), tolerance: 0 }];
  }

  #own(): NoiseSource {
    if (this.#source === undefined) throw new BrokenReference('noise is drawn in a case that records no seed');
    return this.#source;
  }

  #record(drawn: Float32Array): Float32Array {
    const draw = this.#comparisons.length;
    const expected = this.#expected[draw]?.data ?? new Float32Array();
    // What all pictures share is recorded once.
    this.#comparisons.push({ what: `draw ${draw}`, error: largestDifference(drawn.subarray(0, expected.length), expected), tolerance: 2e-6 });
    return drawn;
  }
}
