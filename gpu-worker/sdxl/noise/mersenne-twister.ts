const WORDS = 624;
const MIDDLE = 397;

/** Where a twister stands: its 624 words and how many of them were given out. */
export interface TwisterState {
  readonly words: Uint32Array;
  readonly position: number;
}

/**
 * mt19937 with 32-bit seeding, the random source of PyTorch's CPU generator (Matsumoto & Nishimura 1998,
 * http://www.math.sci.hiroshima-u.ac.jp/m-mat/MT/emt.html).
 */
export class MersenneTwister {
  readonly #words = new Uint32Array(WORDS);
  #position = WORDS;

  /** Only the seed's low 32 bits count, as in PyTorch: 2 ** 32 + 1 gives what 1 gives. */
  constructor(seed: number) {
    const words = this.#words;
    words[0] = seed;
    for (let i = 1; i < WORDS; i++) {
      const last = at(words, i - 1);
      words[i] = Math.imul(1812433253, last ^ (last >>> 30)) + i;
    }
  }

  /** The next 32 bits, 0 … 2³² − 1. */
  next(): number {
    if (this.#position === WORDS) this.#twist();
    let y = at(this.#words, this.#position++);
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return (y ^ (y >>> 18)) >>> 0;
  }

  snapshot(): TwisterState {
    return { words: this.#words.slice(), position: this.#position };
  }

  /** Throws RangeError when the state is no twister's. */
  restore({ words, position }: TwisterState): void {
    if (words.length !== WORDS || !Number.isInteger(position) || position < 0 || position > WORDS) {
      throw new RangeError(`not a state of mt19937: ${words.length} words, position ${position}`);
    }
    this.#words.set(words);
    this.#position = position;
  }

  #twist(): void {
    const words = this.#words;
    for (let i = 0; i < WORDS; i++) {
      const y = (at(words, i) & 0x80000000) | (at(words, (i + 1) % WORDS) & 0x7fffffff);
      words[i] = at(words, (i + MIDDLE) % WORDS) ^ (y >>> 1) ^ ((y & 1) === 0 ? 0 : 0x9908b0df);
    }
    this.#position = 0;
  }
}

function at(words: Uint32Array, i: number): number {
  return words[i] ?? 0;
}
