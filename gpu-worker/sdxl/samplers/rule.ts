import type { Memory } from './memory.ts';
import type { Sampler, Stepped } from './sampler.ts';

/** What a rule sees at one call. */
export interface StepInput {
  readonly call: number;
  /** Unscaled latents before the call. */
  readonly x: Float32Array;
  readonly modelOutput: Float32Array;
  /** One draw where `noiseDraws` asks for one, else undefined. */
  readonly noise: Float32Array | undefined;
}

/**
 * A sampler's mathematics alone, as each file of this folder states it: a schedule and the rule for one call. What it
 * has to remember from call to call it keeps in `memory`; `Run` makes a `Sampler` of the two.
 */
export interface Rule extends Omit<Sampler, 'step' | 'snapshot' | 'restore'> {
  step(input: StepInput, memory: Memory): Stepped;
}
