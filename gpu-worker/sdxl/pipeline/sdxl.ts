import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import type { Tensor } from '../tensor.ts';
import type { ClipTokenizer } from '../tokenizer/clip-tokenizer.ts';

/** A checkpoint with the tokenizers of its text encoders: all that a pipeline needs to paint. */
export interface SdxlModel {
  readonly checkpoint: Checkpoint;
  /** The refiner has none. */
  readonly tokenizer: ClipTokenizer | undefined;
  readonly tokenizer2: ClipTokenizer;
}

export type BaseModel = SdxlModel;
export type RefinerModel = SdxlModel;

/** The two models of Stable Diffusion XL, or the base alone. */
export interface Sdxl {
  readonly base: BaseModel;
  readonly refiner?: RefinerModel | undefined;
  close(): Promise<void>;
}

/** [pictures, 4, height/8, width/8], multiplied by the VAE's scaling factor; pure noise, finished, or anything between. */
export type Latents = Tensor;
