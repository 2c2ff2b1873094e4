import type { PromptSyntax } from '../prompt/prompt-syntax.ts';
import type { Cut } from '../schedule/call-range.ts';
import type { SamplerChoice } from './choose-sampler.ts';
import type { PromptTexts } from './encode-prompts.ts';
import { InvalidRequest } from './invalid-request.ts';
import type { NoiseSource } from './noise-source.ts';
import type { MicroConditioning } from './time-ids.ts';
import type { RunState } from './watch.ts';

/**
 * What becomes of what does not divide cleanly where one model hands over to the next.
 * `as-diffusers`, number for number: of a step of two calls (Heun, KDPM2) that the cut falls into, the base runs the first
 * call, which moves the latents on, and the refiner both, as if they had not moved; and inpainting hands over the kept part
 * of the picture without noise, next to a painted part that is full of it. `consistent`: each step is run once, by one
 * model, and the kept part is handed over as noisy as the rest.
 */
export type Handover = 'as-diffusers' | 'consistent';

/** How to denoise, whatever from: what the three pipelines have in common. */
export interface DenoisingOptions {
  /** Of the FULL schedule: base and refiner of an ensemble are both given the same number. */
  readonly steps: number;
  /** Weight of the prompt; guidance is on only above 1. */
  readonly guidanceScale: number;
  /** 0 … 1, 0 by default. */
  readonly guidanceRescale?: number | undefined;
  readonly clipSkip?: number | undefined;
  /** How the prompts are read, the negative ones too; `plain` by default, as diffusers reads them. */
  readonly promptSyntax?: PromptSyntax | undefined;
  readonly sampler?: SamplerChoice | undefined;
  readonly microConditioning?: MicroConditioning | undefined;
  /** The same for every model that takes part; `as-diffusers` by default. */
  readonly handover?: Handover | undefined;
  /** Goes on from a state that an earlier run of the same request reported. */
  readonly resume?: RunState | undefined;
}

/** A request to one of the pipelines: a prompt per picture, and one source for all noise. */
export interface PipelineRequest extends DenoisingOptions {
  readonly texts: readonly PromptTexts[];
  readonly noise: NoiseSource;
}

/** A request as a person makes it: one prompt, one seed per picture. */
export interface PaintRequest extends DenoisingOptions, PromptTexts {
  readonly seeds: readonly number[];
}

/** How a schedule is cut for this request. */
export function halvesOf({ handover }: DenoisingOptions): Cut['halves'] {
  return handover === 'consistent' ? 'consistent' : 'overlapping';
}

/** The same texts for every picture: how a person's request becomes a pipeline's. */
export function onePerSeed<R extends PaintRequest>(request: R): readonly PromptTexts[] {
  for (const seed of request.seeds) {
    if (!Number.isSafeInteger(seed)) throw new InvalidRequest(`${seed} is no seed: give a whole number.`);
  }
  const { prompt, prompt2, negativePrompt, negativePrompt2 } = request;
  return request.seeds.map(() => ({ prompt, prompt2, negativePrompt, negativePrompt2 }));
}
