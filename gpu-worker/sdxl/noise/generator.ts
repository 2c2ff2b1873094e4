import { MersenneTwister } from './mersenne-twister.ts';
import type { TwisterState } from './mersenne-twister.ts';

/** PyTorch multiplies in single precision here: an angle kept in double precision is off by up to 1e-6. */
const TAU = Math.fround(2 * Math.PI);

/** Where a generator stands, as plain data for checkpoints. `spare`: a normal value drawn ahead. */
export interface GeneratorState {
  readonly twister: TwisterState;
  readonly spare: number | undefined;
}

/**
 * PyTorch's CPU generator, `torch.Generator('cpu').manual_seed(seed)`: same seed, same noise, hence the same picture
 * (https://github.com/pytorch/pytorch/blob/v1.13.1/aten/src/ATen/native/cpu/DistributionTemplates.h).
 * Values are within 2.4e-7 of PyTorch's AVX2 kernel, which computes logarithm and cosine in single precision.
 */
export class Generator {
  readonly #twister: MersenneTwister;
  #spare: number | undefined;

  /** Throws RangeError unless the seed is a whole number. Its low 32 bits count. */
  constructor(seed: number) {
    if (!Number.isSafeInteger(seed)) throw new RangeError(`the seed must be a whole number, not ${seed}`);
    this.#twister = new MersenneTwister(seed);
  }

  /** `torch.rand(count)`: float32, 0 ≤ u < 1. */
  uniform(count: number): Float32Array {
    return this.#fillUniform(new Float32Array(count));
  }

  /**
   * `torch.randn(count)`: float32, standard normal. Drawing 4 and then 4 is not drawing 8: PyTorch goes different ways
   * below and from 16 values on.
   */
  normal(count: number): Float32Array {
    return count < 16 ? this.#fewNormals(count) : this.#manyNormals(count);
  }

  snapshot(): GeneratorState {
    return { twister: this.#twister.snapshot(), spare: this.#spare };
  }

  restore(state: GeneratorState): void {
    this.#twister.restore(state.twister);
    this.#spare = state.spare;
  }

  #fillUniform(into: Float32Array): Float32Array {
    for (let i = 0; i < into.length; i++) into[i] = (this.#twister.next() & 0xffffff) / 2 ** 24;
    return into;
  }

  #manyNormals(count: number): Float32Array {
    const values = this.uniform(count);
    for (let start = 0; start + 16 <= count; start += 16) boxMuller16(values.subarray(start, start + 16));
    // A rest that does not fill a block: the last 16 values are drawn anew, those of the block before included.
    if (count % 16 !== 0) boxMuller16(this.#fillUniform(values.subarray(count - 16)));
    return values;
  }

  #fewNormals(count: number): Float32Array {
    const values = new Float32Array(count);
    for (let i = 0; i < count; i++) values[i] = this.#oneNormal();
    return values;
  }

  /** Box–Muller gives two values at a time; the second waits, across calls too. */
  #oneNormal(): number {
    const spare = this.#spare;
    if (spare !== undefined) {
      this.#spare = undefined;
      return spare;
    }
    const angle = 2 * Math.PI * this.#uniform53();
    const radius = Math.sqrt(-2 * Math.log1p(-this.#uniform53()));
    this.#spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  }

  /** 53 bits from two words, the high one first. */
  #uniform53(): number {
    const high = this.#twister.next() & 0x1fffff;
    return (high * 2 ** 32 + this.#twister.next()) / 2 ** 53;
  }
}

/** Sixteen uniforms become sixteen normals in place: eight cosines, then the eight sines that belong to them. */
function boxMuller16(block: Float32Array): void {
  for (let j = 0; j < 8; j++) {
    const u1 = 1 - (block[j] ?? 0);
    const radius = Math.sqrt(-2 * Math.log(u1));
    const angle = Math.fround(TAU * (block[j + 8] ?? 0));
    block[j] = radius * Math.cos(angle);
    block[j + 8] = radius * Math.sin(angle);
  }
}
