import type { SamplerState } from './sampler.ts';

/** What a rule remembers from one call to the next; arrays are copied on their way in. */
export class Memory {
  readonly #numbers: Record<string, number>;
  readonly #arrays: Record<string, Float32Array>;

  constructor(state: SamplerState = { numbers: {}, arrays: {} }) {
    this.#numbers = { ...state.numbers };
    this.#arrays = copyAll(state.arrays);
  }

  keep(name: string, values: Float32Array): void {
    this.#arrays[name] = values.slice();
  }

  recall(name: string): Float32Array | undefined {
    return this.#arrays[name];
  }

  /** Puts `values` first of what `newest … oldest` say, and lets the oldest fall out. */
  push(name: string, values: Float32Array, length: number): void {
    for (let age = length - 1; age > 0; age--) {
      const younger = this.#arrays[`${name}.${age - 1}`];
      if (younger) this.#arrays[`${name}.${age}`] = younger;
    }
    this.keep(`${name}.0`, values);
  }

  /** What `push` kept, newest first. */
  history(name: string): readonly Float32Array[] {
    const kept: Float32Array[] = [];
    for (let age = 0; ; age++) {
      const values = this.#arrays[`${name}.${age}`];
      if (!values) return kept;
      kept.push(values);
    }
  }

  setNumber(name: string, value: number): void {
    this.#numbers[name] = value;
  }

  number(name: string): number | undefined {
    return this.#numbers[name];
  }

  snapshot(): SamplerState {
    return { numbers: { ...this.#numbers }, arrays: copyAll(this.#arrays) };
  }
}

function copyAll(arrays: Readonly<Record<string, Float32Array>>): Record<string, Float32Array> {
  return Object.fromEntries(Object.entries(arrays).map(([name, values]) => [name, values.slice()]));
}
