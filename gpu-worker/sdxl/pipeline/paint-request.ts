import type { PromptSyntax } from '../prompt/prompt-syntax.ts';
import type { SamplerChoice } from './choose-sampler.ts';
import type { PromptTexts } from './encode-prompts.ts';
import { InvalidRequest } from './invalid-request.ts';
import type { NoiseSource } from './noise-source.ts';
import type { MicroConditioning } from './time-ids.ts';
import type { RunState } from './watch.ts';

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

const MAX_STEPS = 1000;

/** Throws InvalidRequest saying which value to change. */
export function checkRequest(request: Omit<PipelineRequest, 'noise'>): void {
  const { texts, steps, guidanceScale, guidanceRescale = 0 } = request;
  if (texts.length === 0) throw new InvalidRequest('Nothing to paint: give at least one seed.');
  if (!Number.isInteger(steps) || steps < 1 || steps > MAX_STEPS) {
    throw new InvalidRequest(`steps is ${steps}: give a whole number from 1 to ${MAX_STEPS}.`);
  }
  if (!Number.isFinite(guidanceScale) || guidanceScale < 0) {
    throw new InvalidRequest(`guidanceScale is ${guidanceScale}: give 0 or more; 1 and less switch guidance off.`);
  }
  if (!(guidanceRescale >= 0 && guidanceRescale <= 1)) {
    throw new InvalidRequest(`guidanceRescale is ${guidanceRescale}: give a number from 0 to 1.`);
  }
}

/** Throws InvalidRequest unless the value is a number strictly between 0 and 1, or absent. */
export function checkFraction(name: string, value: number | undefined): void {
  if (value !== undefined && !(value > 0 && value < 1)) throw new InvalidRequest(`${name} is ${value}: give a number between 0 and 1.`);
}

/** The same texts for every picture: how a person's request becomes a pipeline's. */
export function onePerSeed<R extends PaintRequest>(request: R): readonly PromptTexts[] {
  for (const seed of request.seeds) {
    if (!Number.isSafeInteger(seed)) throw new InvalidRequest(`${seed} is no seed: give a whole number.`);
  }
  const { prompt, prompt2, negativePrompt, negativePrompt2 } = request;
  return request.seeds.map(() => ({ prompt, prompt2, negativePrompt, negativePrompt2 }));
}
