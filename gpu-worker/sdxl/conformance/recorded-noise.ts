import { noiseForBatch, noisePerPicture, type NoiseSource } from '../pipeline/noise-source.ts';
import type { Tensor } from '../tensor.ts';
import type { Comparison } from './case-result.ts';
import { largestDifference } from './compare.ts';
import { BrokenReference } from './reference-folder.ts';

/** The engine's own noise for a case's seeds, with all that is drawn compared with what was recorded. */
export class RecordedNoise implements NoiseSource {
  readonly #source: NoiseSource | undefined;
  readonly #expected: readonly Tensor[];
  readonly #drawn: Float32Array[] = [];

  constructor({ seed, seeds }: { readonly seed?: number | undefined; readonly seeds?: readonly number[] | undefined }, expected: readonly Tensor[]) {
    this.#source = seeds !== undefined ? noisePerPicture(seeds) : seed !== undefined ? noiseForBatch(seed) : undefined;
    this.#expected = expected;
  }

  get isPerPicture(): boolean {
    return this.#own().isPerPicture;
  }

  draw(dims: readonly number[]): Float32Array {
    return this.#record(this.#own().draw(dims));
  }

  drawForInputs(dims: readonly number[]): Float32Array {
    return this.#record(this.#own().drawForInputs(dims));
  }

  snapshot(): ReturnType<NoiseSource['snapshot']> {
    return this.#own().snapshot();
  }

  restore(states: Parameters<NoiseSource['restore']>[0]): void {
    this.#own().restore(states);
  }

  /** Number by number in the order drawn: whether a batch came in one draw or in one a picture makes no difference. */
  comparisons(): readonly Comparison[] {
    const expected = this.#expected.flatMap(({ data }) => [...data]);
    const drawn = this.#drawn.flatMap((data) => [...data]);
    const shared = Math.min(drawn.length, expected.length);
    return [
      { what: 'noise', error: largestDifference(drawn.slice(0, shared), expected.slice(0, shared)), tolerance: 2e-6 },
      { what: 'how much noise is drawn', error: Math.abs(drawn.length - expected.length), tolerance: 0 },
    ];
  }

  #own(): NoiseSource {
    if (this.#source === undefined) throw new BrokenReference('noise is drawn in a case that records no seed');
    return this.#source;
  }

  #record(drawn: Float32Array): Float32Array {
    this.#drawn.push(drawn);
    return drawn;
  }
}
