import { Generator, type GeneratorState } from '../noise/generator.ts';
import { elementCount } from '../tensor.ts';

/** Where a run takes its Gaussian noise from, in the order in which diffusers draws it. */
export interface NoiseSource {
  /** Noise of a batch, `dims` = [pictures, …]. */
  draw(dims: readonly number[]): Float32Array;
  /**
   * Noise for one input that all pictures share, `dims` = [pictures, …]: the VAE's posterior. With a generator each,
   * every picture draws its own; with one for the batch, one draw is repeated.
   */
  drawForSharedInput(dims: readonly number[]): Float32Array;
  snapshot(): readonly GeneratorState[];
  restore(states: readonly GeneratorState[]): void;
}

/** One generator per picture, so that a picture is the same alone and among others. Throws RangeError on a seed that is no integer. */
export function noisePerPicture(seeds: readonly number[]): NoiseSource {
  const generators = seeds.map((seed) => new Generator(seed));
  const draw = (dims: readonly number[]) => {
    if (dims[0] !== generators.length) throw new RangeError(`${generators.length} seeds cannot draw noise for ${dims[0] ?? 0} pictures`);
    return concat(generators.map((generator) => generator.normal(elementCount(dims.slice(1)))));
  };
  return { draw, drawForSharedInput: draw, ...remembering(generators) };
}

/** One generator for the whole batch, as diffusers' `generator=torch.Generator().manual_seed(seed)`. */
export function noiseForBatch(seed: number): NoiseSource {
  const generator = new Generator(seed);
  return {
    draw: (dims) => generator.normal(elementCount(dims)),
    drawForSharedInput: ([pictures = 0, ...rest]) => {
      const once = generator.normal(elementCount(rest));
      return concat(Array.from({ length: pictures }, () => once));
    },
    ...remembering([generator]),
  };
}

function remembering(generators: readonly Generator[]): Pick<NoiseSource, 'snapshot' | 'restore'> {
  return {
    snapshot: () => generators.map((generator) => generator.snapshot()),
    restore: (states) => {
      if (states.length !== generators.length) throw new RangeError(`${states.length} generator states do not fit ${generators.length} generators`);
      for (const [i, state] of states.entries()) generators[i]?.restore(state);
    },
  };
}

function concat(parts: readonly Float32Array[]): Float32Array {
  const whole = new Float32Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
