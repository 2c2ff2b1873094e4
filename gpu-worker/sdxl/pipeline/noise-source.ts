import { Generator, type GeneratorState } from '../noise/generator.ts';
import { elementCount } from '../tensor.ts';

/** Where a run takes its Gaussian noise from, in the order in which diffusers draws it. */
export interface NoiseSource {
  /** A generator for every picture; else one for the whole batch. */
  readonly isPerPicture: boolean;
  /** Noise of the whole batch, `dims` = [pictures, …]. */
  draw(dims: readonly number[]): Float32Array;
  /** Noise of the input pictures, `dims` = [inputs, …], of which there may be fewer: then only the first generators draw. */
  drawForInputs(dims: readonly number[]): Float32Array;
  snapshot(): readonly GeneratorState[];
  restore(states: readonly GeneratorState[]): void;
}

/** One generator per picture, so that a picture is the same alone and among others. Throws RangeError on a seed that is no integer. */
export function noisePerPicture(seeds: readonly number[]): NoiseSource {
  const generators = seeds.map((seed) => new Generator(seed));
  const drawForInputs = ([inputs = 0, ...shape]: readonly number[]) => {
    if (inputs > generators.length) throw new RangeError(`${generators.length} seeds cannot draw noise for ${inputs} pictures`);
    return concat(generators.slice(0, inputs).map((generator) => generator.normal(elementCount(shape))));
  };
  const draw = (dims: readonly number[]) => {
    if (dims[0] !== generators.length) throw new RangeError(`${generators.length} seeds cannot draw noise for ${dims[0] ?? 0} pictures`);
    return drawForInputs(dims);
  };
  return { isPerPicture: true, draw, drawForInputs, ...remembering(generators) };
}

/** One generator for the whole batch, as diffusers' `generator=torch.Generator().manual_seed(seed)`. */
export function noiseForBatch(seed: number): NoiseSource {
  const generator = new Generator(seed);
  const draw = (dims: readonly number[]) => generator.normal(elementCount(dims));
  return { isPerPicture: false, draw, drawForInputs: draw, ...remembering([generator]) };
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
