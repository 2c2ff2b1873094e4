import type { GeneratorState } from '../noise/generator.ts';
import type { SamplerState } from '../samplers/sampler.ts';
import type { Latents } from './sdxl.ts';

/** How a caller follows a run and stops it. */
export interface Watch {
  /** Looked at before every pass through the UNet; the run then throws `signal.reason`. */
  readonly signal?: AbortSignal | undefined;
  /** Awaited after every step. */
  onStep?(progress: Progress): void | Promise<void>;
}

export interface Progress {
  readonly stage: 'base' | 'refiner';
  /** Steps done by this model in this run, 1 … `steps`. */
  readonly step: number;
  readonly steps: number;
  readonly latents: Latents;
  /** What the latents would be without the noise that is left: for previews. */
  readonly denoised: Latents;
  /** Everything that is needed to go on from here, in another process if need be. */
  snapshot(): RunState;
}

/** A run between two steps, as plain data. */
export interface RunState {
  /** Index into the sampler's schedule of the call that comes next. */
  readonly call: number;
  readonly latents: Latents;
  readonly sampler: SamplerState;
  readonly noise: readonly GeneratorState[];
}
